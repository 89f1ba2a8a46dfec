import { Body, Controller, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { associationIdOf, awardIdOf } from '@ledger/fund-ledger';
import { invalidInput } from '../http/problem.js';
import { DirectSupportBody, HonourBody } from './bodies/movements.js';
import { AssociationBody, MembersBody, RenameBody } from './bodies/registrations.js';
import { CommandEndpoint } from './command-endpoint.js';
import type { Reply } from './command-reply.js';
import { Submits, type CommandRequest } from './command-request.js';
import { given } from './given.js';
import { idOf, ReferencePipe } from './references.js';
import { Submission } from './submission.js';

const addressed = ['associationId'];

@Controller('associations')
@ApiTags('associations')
export class AssociationCommandsController {
  constructor(private readonly submission: Submission) {}

  @CommandEndpoint({
    id: 'registerAssociation', path: '', summary: ['Ghi nhận một hội', 'Register an association'],
    refusals: ['association_already_registered', 'association_not_found', 'association_root_does_not_match', 'date_is_after_today'],
  })
  register(@Submits() request: CommandRequest, @Body() body: AssociationBody): Promise<Reply> {
    const { tree, parent, code, ...rest } = body;
    const rootCode = tree ?? code;
    if (parent === undefined && rootCode !== code) throw invalidInput([{ pointer: '/parent', code: 'field_missing' }]);
    if (parent !== undefined && rootCode === code) throw invalidInput([{ pointer: '/tree', code: 'root_has_no_parent' }]);
    const associationId = associationIdOf(rootCode, code);
    const parentId = parent === undefined ? undefined : idOf('association', parent);
    const command = given({ type: 'RegisterAssociation' as const, associationId, rootId: associationIdOf(rootCode, rootCode), rootCode, parentId, code, ...rest });
    return this.submission.submit(request, command, { location: `/associations/${associationId}` });
  }

  @CommandEndpoint({
    id: 'renameAssociation', path: ':association/renames', summary: ['Đổi tên một hội', 'Rename an association'],
    refusals: ['association_not_found', 'date_is_after_today'],
  })
  rename(@Submits() request: CommandRequest, @Param('association', ReferencePipe) association: string, @Body() body: RenameBody): Promise<Reply> {
    return this.submission.submit(request, { type: 'RenameAssociation', associationId: idOf('association', association), ...body }, { addressed });
  }

  @CommandEndpoint({
    id: 'countMembers', path: ':association/members', summary: ['Ghi số hội viên', 'Record how many members an association has'],
    refusals: ['association_not_found', 'date_is_after_today'],
  })
  countMembers(@Submits() request: CommandRequest, @Param('association', ReferencePipe) association: string, @Body() body: MembersBody): Promise<Reply> {
    return this.submission.submit(request, { type: 'CountMembers', associationId: idOf('association', association), ...body }, { addressed });
  }

  @CommandEndpoint({
    id: 'conferHonour', path: ':association/honours', summary: ['Khen thưởng không kèm tiền', 'Confer an award without money'],
    refusals: ['association_not_found', 'beneficiary_not_found', 'honour_already_conferred', 'date_is_after_today'],
  })
  conferHonour(@Submits() request: CommandRequest, @Param('association', ReferencePipe) association: string, @Body() body: HonourBody): Promise<Reply> {
    const { beneficiary, ...rest } = body;
    return this.submission.submit(request, {
      type: 'ConferHonour', associationId: idOf('association', association), awardId: awardIdOf(request.commandId),
      beneficiaryId: idOf('beneficiary', beneficiary), ...rest,
    }, { addressed });
  }

  @CommandEndpoint({
    id: 'reportDirectSupport', path: ':association/direct-support',
    summary: ['Ghi nhận hỗ trợ trực tiếp, không qua quỹ', 'Report support given directly, past every fund'],
    refusals: ['association_not_found', 'donor_not_found', 'direct_support_already_reported', 'date_is_after_today'],
  })
  reportDirectSupport(@Submits() request: CommandRequest, @Param('association', ReferencePipe) association: string, @Body() body: DirectSupportBody): Promise<Reply> {
    const { donor, amount, description, ...rest } = body;
    const donorId = idOf('donor', donor);
    const command = { type: 'ReportDirectSupport' as const, associationId: idOf('association', association), donorId, amount: BigInt(amount), ...rest };
    return this.submission.submit(request, command, { addressed, ...(description === undefined ? {} : { secrets: { personId: donorId, description } }) });
  }
}
