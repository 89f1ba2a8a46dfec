import { Body, Controller, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { beneficiaryIdOf, campaignIdOf, donorIdOf, pledgeIdOf, programIdOf } from '@ledger/fund-ledger';
import { invalidInput } from '../http/problem.js';
import {
  BeneficiaryBody, CampaignBody, DonorBody, ErasureBody, PledgeBody, PledgeCancellationBody, ScholarshipProgramBody,
} from './bodies/registrations.js';
import { CommandEndpoint } from './command-endpoint.js';
import type { Reply } from './command-reply.js';
import { Submits, type CommandRequest } from './command-request.js';
import { given } from './given.js';
import { idOf, ReferencePipe } from './references.js';
import { Submission } from './submission.js';


@Controller()
@ApiTags('registrations')
export class RegistrationsController {
  constructor(private readonly submission: Submission) {}

  @CommandEndpoint({
    id: 'launchCampaign', path: 'campaigns', summary: ['Mở một đợt vận động', 'Launch a campaign'],
    refusals: ['campaign_already_launched', 'association_not_found'],
  })
  launchCampaign(@Submits() request: CommandRequest, @Body() body: CampaignBody): Promise<Reply> {
    const { tree, association, target, ...rest } = body;
    const campaignId = campaignIdOf(tree, body.code);
    const command = given({
      type: 'LaunchCampaign' as const, campaignId, associationId: idOf('association', association),
      target: target === undefined ? undefined : BigInt(target), ...rest,
    });
    return this.submission.submit(request, command, { location: `/campaigns/${campaignId}` });
  }

  @CommandEndpoint({
    id: 'establishScholarshipProgram', path: 'scholarship-programs', summary: ['Lập một chương trình học bổng', 'Establish a scholarship programme'],
    refusals: ['scholarship_program_already_established', 'fund_not_found'],
  })
  establishProgram(@Submits() request: CommandRequest, @Body() body: ScholarshipProgramBody): Promise<Reply> {
    const { tree, fund, ...rest } = body;
    const programId = programIdOf(tree, body.code);
    const command = given({ type: 'EstablishScholarshipProgram' as const, programId, fundId: idOf('fund', fund), ...rest });
    return this.submission.submit(request, command, { location: `/scholarship-programs/${programId}` });
  }

  @CommandEndpoint({
    id: 'registerDonor', path: 'donors', summary: ['Ghi nhận một nhà hảo tâm', 'Register a donor'],
    refusals: ['donor_already_registered', 'association_not_found'],
  })
  registerDonor(@Submits() request: CommandRequest, @Body() { tree, code, kind, name, contact }: DonorBody): Promise<Reply> {
    const donorId = donorIdOf(tree, code);
    const command = { type: 'RegisterDonor' as const, donorId, rootCode: tree, code, kind };
    const location = `/donors/${donorId}`;
    if (kind !== 'organisation') {
      return this.submission.submit(request, command, { location, secrets: { personId: donorId, profile: given({ name, contact }) } });
    }
    if (contact !== undefined) throw invalidInput([{ pointer: '/contact', code: 'only_for_persons' }]);
    return this.submission.submit(request, { ...command, name }, { location });
  }

  @CommandEndpoint({
    id: 'registerBeneficiary', path: 'beneficiaries', summary: ['Ghi nhận một người hoặc tập thể thụ hưởng', 'Register a beneficiary'],
    refusals: ['beneficiary_already_registered', 'association_not_found', 'association_root_does_not_match'],
  })
  registerBeneficiary(@Submits() request: CommandRequest, @Body() body: BeneficiaryBody): Promise<Reply> {
    const { tree, code, kind, association, name, school, dateOfBirth, contact } = body;
    const beneficiaryId = beneficiaryIdOf(tree, code);
    const location = `/beneficiaries/${beneficiaryId}`;
    const command = { type: 'RegisterBeneficiary' as const, beneficiaryId, rootCode: tree, code, kind, associationId: idOf('association', association) };
    if (kind !== 'group') {
      const profile = given({ name, dateOfBirth, school, contact });
      return this.submission.submit(request, command, { location, secrets: { personId: beneficiaryId, profile } });
    }
    for (const [field, value] of Object.entries({ dateOfBirth, contact })) {
      if (value !== undefined) throw invalidInput([{ pointer: `/${field}`, code: 'only_for_persons' }]);
    }
    return this.submission.submit(request, { ...command, ...given({ name, school }) }, { location });
  }

  @CommandEndpoint({
    id: 'eraseDonor', path: 'donors/:donor/erasure', summary: ['Xóa dữ liệu cá nhân của nhà hảo tâm', 'Erase a donor\'s personal data, for ever'],
    refusals: ['donor_not_found', 'only_persons_can_be_erased', 'person_already_erased'],
  })
  eraseDonor(@Submits() request: CommandRequest, @Param('donor', ReferencePipe) donor: string, @Body() body: ErasureBody): Promise<Reply> {
    const command = given({ type: 'ErasePerson' as const, personId: idOf('donor', donor), personKind: 'donor' as const, reason: body.reason });
    return this.submission.submit(request, command, { addressed: ['personId'] });
  }

  @CommandEndpoint({
    id: 'eraseBeneficiary', path: 'beneficiaries/:beneficiary/erasure', summary: ['Xóa dữ liệu cá nhân của người thụ hưởng', 'Erase a beneficiary\'s personal data, for ever'],
    refusals: ['beneficiary_not_found', 'only_persons_can_be_erased', 'person_already_erased'],
  })
  eraseBeneficiary(@Submits() request: CommandRequest, @Param('beneficiary', ReferencePipe) beneficiary: string, @Body() body: ErasureBody): Promise<Reply> {
    const command = given({ type: 'ErasePerson' as const, personId: idOf('beneficiary', beneficiary), personKind: 'beneficiary' as const, reason: body.reason });
    return this.submission.submit(request, command, { addressed: ['personId'] });
  }

  @CommandEndpoint({
    id: 'makePledge', path: 'pledges', summary: ['Ghi nhận một cam kết ủng hộ', 'Record a pledge'],
    refusals: ['pledge_already_made', 'donor_not_found', 'fund_not_found', 'campaign_not_found', 'date_is_after_today'],
  })
  makePledge(@Submits() request: CommandRequest, @Body() body: PledgeBody): Promise<Reply> {
    const { tree, code, donor, fund, campaign, amount, effectiveOn, dueOn } = body;
    const pledgeId = pledgeIdOf(tree, code);
    const command = given({
      type: 'MakePledge' as const, pledgeId, code, donorId: idOf('donor', donor), fundId: idOf('fund', fund),
      campaignId: campaign === undefined ? undefined : idOf('campaign', campaign), amount: BigInt(amount), effectiveOn, dueOn,
    });
    return this.submission.submit(request, command, { location: `/pledges/${pledgeId}` });
  }

  @CommandEndpoint({
    id: 'cancelPledge', path: 'pledges/:pledge/cancellation', summary: ['Hủy một cam kết', 'Cancel a pledge'],
    refusals: ['pledge_not_found', 'pledge_already_cancelled', 'cancellation_before_pledge', 'date_is_after_today'],
  })
  cancelPledge(@Submits() request: CommandRequest, @Param('pledge', ReferencePipe) pledge: string, @Body() body: PledgeCancellationBody): Promise<Reply> {
    const { effectiveOn, reason, donor } = body;
    const command = { type: 'CancelPledge' as const, pledgeId: idOf('pledge', pledge), effectiveOn, reason: donor === undefined ? reason : '' };
    const secrets = donor === undefined ? {} : { secrets: { personId: idOf('donor', donor), reason } };
    return this.submission.submit(request, command, { addressed: ['pledgeId'], ...secrets });
  }
}
