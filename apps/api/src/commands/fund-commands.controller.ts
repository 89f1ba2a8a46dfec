import { Body, Controller, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { fundIdOf, transferAdjustmentIdOf, transferIdOf } from '@ledger/fund-ledger';
import { invalidInput } from '../http/problem.js';
import { AccountMoveBody, AdjustmentBody, ClosingBody, TransferBody, type AdjustedVoucherBody } from './bodies/movements.js';
import { FundBody, RenameBody } from './bodies/registrations.js';
import { CommandEndpoint } from './command-endpoint.js';
import type { Reply } from './command-reply.js';
import { Submits, type CommandRequest } from './command-request.js';
import { given } from './given.js';
import { movementOf, plain } from './movement.js';
import { MOVEMENT_REFUSALS } from './movement-refusals.js';
import { idOf, ReferencePipe } from './references.js';
import { Submission } from './submission.js';

const addressed = ['fundId'];

/** The fund itself, and what moves money without anybody giving or getting any. */
@Controller('funds')
@ApiTags('funds')
export class FundCommandsController {
  constructor(private readonly submission: Submission) {}

  @CommandEndpoint({
    id: 'openFund', path: '', summary: ['Mở một quỹ cùng sổ của nó', 'Open a fund and its book'],
    refusals: [
      'fund_already_opened', 'association_not_found', 'association_root_does_not_match', 'endowment_principal_must_lie_in_bank',
      'date_is_after_today',
    ],
  })
  open(@Submits() request: CommandRequest, @Body() body: FundBody): Promise<Reply> {
    const { tree, code, name, association, restriction, purpose, openedOn, opening, endowmentPrincipal } = body;
    if (restriction === 'restricted' && purpose === undefined) throw invalidInput([{ pointer: '/purpose', code: 'field_missing' }]);
    if (restriction === 'unrestricted' && purpose !== undefined) throw invalidInput([{ pointer: '/purpose', code: 'only_for_restricted_funds' }]);
    const fundId = fundIdOf(tree, code);
    const command = given({
      type: 'OpenFund' as const, fundId, rootCode: tree, code, name, associationId: idOf('association', association), restriction, purpose, openedOn,
      opening: { cash: BigInt(opening.cash), bank: BigInt(opening.bank), goods: BigInt(opening.goods) }, endowmentPrincipal: BigInt(endowmentPrincipal),
    });
    return this.submission.submit(request, command, { location: `/funds/${fundId}` });
  }

  @CommandEndpoint({
    id: 'renameFund', path: ':fund/renames', summary: ['Đổi tên một quỹ', 'Rename a fund'],
    refusals: ['fund_not_found', 'date_is_before_fund_opened', 'date_is_after_today'],
  })
  rename(@Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string, @Body() body: RenameBody): Promise<Reply> {
    return this.submission.submit(request, { type: 'RenameFund', fundId: idOf('fund', fund), ...body }, { addressed });
  }

  @CommandEndpoint({
    id: 'moveBetweenAccounts', path: ':fund/account-moves', summary: ['Nộp tiền vào ngân hàng hoặc rút ra', 'Bank cash, or draw it, within one fund'],
    refusals: [...MOVEMENT_REFUSALS, 'account_would_be_overdrawn', 'endowment_principal_would_be_spent', 'goods_and_money_do_not_mix'],
  })
  moveBetweenAccounts(@Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string, @Body() body: AccountMoveBody): Promise<Reply> {
    const { fromAccount, toAccount, amount } = body;
    const command = { type: 'MoveBetweenAccounts' as const, ...movementOf(fund, body), ...plain(body), fromAccount, toAccount, amount: BigInt(amount) };
    return this.submission.submit(request, command, { addressed });
  }

  @CommandEndpoint({
    id: 'sendTransfer', path: ':fund/transfers', summary: ['Chuyển tiền sang quỹ khác', 'Transfer to another fund'],
    refusals: [
      ...MOVEMENT_REFUSALS, 'receiving_fund_not_found', 'transfer_needs_two_funds', 'account_would_be_overdrawn',
      'endowment_principal_would_be_spent', 'payment_exceeds_available_balance', 'goods_and_money_do_not_mix',
      'purpose_not_allowed_by_fund',
    ],
  })
  sendTransfer(@Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string, @Body() body: TransferBody): Promise<Reply> {
    const { fromAccount, toFund, toAccount, amount } = body;
    const command = {
      type: 'SendTransfer' as const, ...movementOf(fund, body), ...plain(body), transferId: transferIdOf(request.commandId),
      fromAccount, toFundId: idOf('fund', toFund), toAccount, amount: BigInt(amount),
    };
    return this.submission.submit(request, command, { addressed });
  }

  @CommandEndpoint({
    id: 'adjustVoucher', path: ':fund/adjustments', summary: ['Lập chứng từ điều chỉnh', 'Adjust an earlier voucher by the difference'],
    refusals: [
      ...MOVEMENT_REFUSALS, 'voucher_not_found', 'adjustment_before_original', 'adjustment_before_previous',
      'adjustment_takes_voucher_below_zero', 'adjustment_before_last_entry_of_scholarship', 'instalment_exceeds_scholarship',
      'transfer_is_lowered_in_the_receiving_fund', 'transfer_is_raised_in_the_sending_fund', 'account_would_be_overdrawn',
      'endowment_principal_would_be_spent', 'payment_exceeds_available_balance',
    ],
  })
  adjust(@Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string, @Body() body: AdjustmentBody): Promise<Reply> {
    const command = {
      type: 'AdjustVoucher' as const, ...movementOf(fund, body), ...plain(body), adjusts: placeOf(body.adjusts), delta: BigInt(body.delta),
      reason: body.reason, adjustmentId: transferAdjustmentIdOf(request.commandId),
    };
    return this.submission.submit(request, command, { addressed });
  }

  @CommandEndpoint({
    id: 'closeBooks', path: ':fund/closings', summary: ['Khóa sổ đến hết một ngày', 'Close the books through a day'],
    refusals: [
      'fund_not_found', 'books_already_closed_through', 'closing_would_be_too_large', 'date_is_after_today', 'date_is_before_fund_opened',
    ],
  })
  closeBooks(@Submits() request: CommandRequest, @Param('fund', ReferencePipe) fund: string, @Body() body: ClosingBody): Promise<Reply> {
    return this.submission.submit(request, { type: 'CloseBooks', fundId: idOf('fund', fund), through: body.through }, { addressed });
  }
}

/** The body's check has made sure that it is one of the two forms. */
function placeOf({ kind, year, number, externalReference }: AdjustedVoucherBody) {
  return externalReference !== undefined ? { kind, externalReference } : { kind, year: year!, number: number! };
}
