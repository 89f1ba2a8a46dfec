import { Body, Controller, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BankFeeBody, DonationBody, EndowmentAdditionBody, InterestBody } from './bodies/movements.js';
import { CommandEndpoint } from './command-endpoint.js';
import type { Reply } from './command-reply.js';
import { Submits, type CommandRequest } from './command-request.js';
import { given } from './given.js';
import { movementOf, plain, sealedFor } from './movement.js';
import { MOVEMENT_REFUSALS } from './movement-refusals.js';
import { idOf, ReferencePipe } from './references.js';
import { Submission } from './submission.js';

const addressed = ['fundId'];

/** What comes into a fund, and what its bank adds and takes. */
@Controller('funds/:fund')
@ApiTags('receipts')
export class FundReceiptsController {
  constructor(private readonly submission: Submission) {}

  @CommandEndpoint({
    id: 'receiveDonation', path: 'donations', summary: ['Ghi phiếu thu một khoản ủng hộ', 'Receive a donation into a fund'],
    refusals: [
      ...MOVEMENT_REFUSALS, 'donor_not_found', 'campaign_not_found', 'pledge_not_found', 'account_would_exceed_the_largest_amount',
    ],
  })
  receiveDonation(@Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string, @Body() body: DonationBody): Promise<Reply> {
    const { account, amount, donor, campaign, pledge } = body;
    const donorId = idOf('donor', donor);
    const command = {
      type: 'ReceiveDonation' as const, ...movementOf(fund, body), account, amount: BigInt(amount), donorId,
      ...given({ campaignId: campaign && idOf('campaign', campaign), pledgeId: pledge && idOf('pledge', pledge) }),
    };
    return this.submission.submit(request, command, { addressed, ...sealedFor(donorId, plain(body)) });
  }

  @CommandEndpoint({
    id: 'creditInterest', path: 'interest', summary: ['Ghi lãi ngân hàng', 'Credit bank interest'],
    refusals: [...MOVEMENT_REFUSALS, 'account_would_exceed_the_largest_amount'],
  })
  creditInterest(@Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string, @Body() body: InterestBody): Promise<Reply> {
    const command = { type: 'CreditInterest' as const, ...movementOf(fund, body), ...plain(body), amount: BigInt(body.amount) };
    return this.submission.submit(request, command, { addressed });
  }

  @CommandEndpoint({
    id: 'chargeBankFee', path: 'bank-fees', summary: ['Ghi phí ngân hàng', 'Charge a bank fee'],
    refusals: [
      ...MOVEMENT_REFUSALS, 'account_would_be_overdrawn', 'endowment_principal_would_be_spent', 'payment_exceeds_available_balance',
    ],
  })
  chargeBankFee(@Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string, @Body() body: BankFeeBody): Promise<Reply> {
    const command = { type: 'ChargeBankFee' as const, ...movementOf(fund, body), ...plain(body), amount: BigInt(body.amount) };
    return this.submission.submit(request, command, { addressed });
  }

  @CommandEndpoint({
    id: 'addToEndowment', path: 'endowment-additions', summary: ['Bổ sung vốn gốc', 'Add to the endowment principal'],
    refusals: [
      ...MOVEMENT_REFUSALS, 'donor_not_found', 'endowment_gift_names_its_donor', 'payment_exceeds_available_balance',
      'endowment_principal_would_be_spent',
    ],
  })
  addToEndowment(@Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string, @Body() body: EndowmentAdditionBody): Promise<Reply> {
    const { amount, from, donor } = body;
    const command = {
      type: 'AddToEndowment' as const, ...movementOf(fund, body), ...plain(body), amount: BigInt(amount), from,
      ...given({ donorId: donor && idOf('donor', donor) }),
    };
    return this.submission.submit(request, command, { addressed });
  }
}
