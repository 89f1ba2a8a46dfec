import { Body, Controller, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { awardIdOf, scholarshipIdOf } from '@ledger/fund-ledger';
import { DisbursementBody, InstalmentBody, PrizeBody, RevocationBody, ScholarshipBody } from './bodies/movements.js';
import { CommandEndpoint } from './command-endpoint.js';
import type { Reply } from './command-reply.js';
import { Submits, type CommandRequest } from './command-request.js';
import { movementOf, plain, sealedFor } from './movement.js';
import { MOVEMENT_REFUSALS, PAYMENT_REFUSALS } from './movement-refusals.js';
import { idOf, ReferencePipe, scholarshipIdIn } from './references.js';
import { Submission } from './submission.js';

const addressed = ['fundId'];

/** What a fund promises and pays to people. */
@Controller('funds/:fund')
@ApiTags('payments')
export class FundPaymentsController {
  constructor(private readonly submission: Submission) {}

  @CommandEndpoint({
    id: 'awardScholarship', path: 'scholarships', summary: ['Cấp một học bổng', 'Award a scholarship'],
    refusals: [
      ...MOVEMENT_REFUSALS, 'scholarship_program_not_found', 'scholarship_program_of_another_fund', 'beneficiary_not_found',
      'scholarship_already_awarded', 'payment_exceeds_available_balance', 'purpose_not_allowed_by_fund',
    ],
  })
  awardScholarship(@Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string, @Body() body: ScholarshipBody): Promise<Reply> {
    const { code, program, beneficiary, amount, instalments } = body;
    const movement = movementOf(fund, body);
    const beneficiaryId = idOf('beneficiary', beneficiary);
    const command = {
      type: 'AwardScholarship' as const, ...movement, scholarshipId: scholarshipIdOf(movement.fundId, code), code,
      programId: idOf('program', program), beneficiaryId, amount: BigInt(amount), instalments,
    };
    return this.submission.submit(request, command, { addressed, ...sealedFor(beneficiaryId, plain(body)) });
  }

  @CommandEndpoint({
    id: 'payInstalment', path: 'scholarships/:scholarship/instalments', summary: ['Chi một kỳ học bổng', 'Pay an instalment of a scholarship'],
    refusals: [
      ...PAYMENT_REFUSALS, 'scholarship_not_found', 'scholarship_has_ended', 'scholarship_already_revoked', 'instalment_already_paid',
      'instalment_out_of_order', 'instalment_before_award', 'instalment_before_previous',
      'instalment_exceeds_scholarship', 'instalment_of_another_beneficiary',
    ],
  })
  payInstalment(
    @Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string,
    @Param('scholarship', ReferencePipe) scholarship: string, @Body() body: InstalmentBody,
  ): Promise<Reply> {
    const { instalment, account, amount, beneficiary } = body;
    const movement = movementOf(fund, body);
    const beneficiaryId = idOf('beneficiary', beneficiary);
    const command = {
      type: 'PayInstalment' as const, ...movement, scholarshipId: scholarshipIdIn(movement.fundId, scholarship),
      instalment, account, amount: BigInt(amount), beneficiaryId,
    };
    return this.submission.submit(request, command, { addressed: ['fundId', 'scholarshipId'], ...sealedFor(beneficiaryId, plain(body)) });
  }

  @CommandEndpoint({
    id: 'revokeScholarship', path: 'scholarships/:scholarship/revocation', summary: ['Thu hồi một học bổng', 'Revoke what is left of a scholarship'],
    refusals: [
      ...MOVEMENT_REFUSALS, 'scholarship_not_found', 'scholarship_already_revoked', 'scholarship_already_paid_in_full',
      'scholarship_has_ended', 'revocation_before_last_entry',
    ],
  })
  revokeScholarship(
    @Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string,
    @Param('scholarship', ReferencePipe) scholarship: string, @Body() body: RevocationBody,
  ): Promise<Reply> {
    const { reason, beneficiary } = body;
    const movement = movementOf(fund, body);
    const command = {
      type: 'RevokeScholarship' as const, ...movement, scholarshipId: scholarshipIdIn(movement.fundId, scholarship),
      reason: beneficiary === undefined ? reason : '',
    };
    const secrets = beneficiary === undefined ? {} : sealedFor(idOf('beneficiary', beneficiary), { reason });
    return this.submission.submit(request, command, { addressed: ['fundId', 'scholarshipId'], ...secrets });
  }

  @CommandEndpoint({
    id: 'awardPrize', path: 'prizes', summary: ['Trao giải thưởng kèm tiền', 'Award a prize with money'],
    refusals: [...PAYMENT_REFUSALS, 'association_not_found', 'beneficiary_not_found'],
  })
  awardPrize(@Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string, @Body() body: PrizeBody): Promise<Reply> {
    const { code, association, title, awardKind, recipientKind, beneficiary, account, amount } = body;
    const beneficiaryId = idOf('beneficiary', beneficiary);
    const command = {
      type: 'AwardPrize' as const, ...movementOf(fund, body), awardId: awardIdOf(request.commandId), code,
      associationId: idOf('association', association), title, awardKind, recipientKind, beneficiaryId, account, amount: BigInt(amount),
    };
    return this.submission.submit(request, command, { addressed, ...sealedFor(beneficiaryId, plain(body)) });
  }

  @CommandEndpoint({
    id: 'payDisbursement', path: 'disbursements', summary: ['Chi theo mục đích', 'Pay a disbursement for a purpose'],
    refusals: [...PAYMENT_REFUSALS, 'beneficiary_not_found'],
  })
  payDisbursement(@Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string, @Body() body: DisbursementBody): Promise<Reply> {
    const { purpose, beneficiary, recipients, account, amount } = body;
    const command = { type: 'PayDisbursement' as const, ...movementOf(fund, body), purpose, recipients, account, amount: BigInt(amount) };
    if (beneficiary === undefined) return this.submission.submit(request, { ...command, ...plain(body) }, { addressed });
    const beneficiaryId = idOf('beneficiary', beneficiary);
    return this.submission.submit(request, { ...command, beneficiaryId }, { addressed, ...sealedFor(beneficiaryId, plain(body)) });
  }
}
