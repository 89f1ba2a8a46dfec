import type { Decider, Refusal } from '@ledger/kernel';
import type { FundBookCommand } from '../commands.js';
import { refuse } from '../refuse.js';
import { addToEndowment } from './add-to-endowment.js';
import { adjustVoucher } from './adjust-voucher.js';
import { awardPrize } from './award-prize.js';
import { awardScholarship } from './award-scholarship.js';
import { chargeBankFee } from './charge-bank-fee.js';
import { closeBooks } from './close-books.js';
import { creditInterest } from './credit-interest.js';
import type { BookContext, OpenBook } from './entry.js';
import type { FundBookEvent } from './events.js';
import { followTransferAdjustment } from './follow-transfer-adjustment.js';
import { moveBetweenAccounts } from './move-between-accounts.js';
import { openFundBook } from './open-fund-book.js';
import { payDisbursement } from './pay-disbursement.js';
import { payInstalment } from './pay-instalment.js';
import { receiveDonation } from './receive-donation.js';
import { receiveTransfer } from './receive-transfer.js';
import { revokeScholarship } from './revoke-scholarship.js';
import { sendTransfer } from './send-transfer.js';
import { evolve, initialState, type BookState } from './state.js';

function decide(command: FundBookCommand, state: BookState, context: BookContext): readonly FundBookEvent[] | Refusal {
  if (command.type === 'OpenFundBook') return openFundBook(command, state, context);
  if (!isOpen(state)) return refuse('fund_not_found', { fundId: command.fundId }, '/fundId');
  switch (command.type) {
    case 'ReceiveDonation': return receiveDonation(command, state, context);
    case 'AwardScholarship': return awardScholarship(command, state, context);
    case 'PayInstalment': return payInstalment(command, state, context);
    case 'RevokeScholarship': return revokeScholarship(command, state, context);
    case 'AwardPrize': return awardPrize(command, state, context);
    case 'PayDisbursement': return payDisbursement(command, state, context);
    case 'MoveBetweenAccounts': return moveBetweenAccounts(command, state, context);
    case 'SendTransfer': return sendTransfer(command, state, context);
    case 'ReceiveTransfer': return receiveTransfer(command, state, context);
    case 'AdjustVoucher': return adjustVoucher(command, state, context);
    case 'FollowTransferAdjustment': return followTransferAdjustment(command, state, context);
    case 'CreditInterest': return creditInterest(command, state, context);
    case 'ChargeBankFee': return chargeBankFee(command, state, context);
    case 'AddToEndowment': return addToEndowment(command, state, context);
    case 'CloseBooks': return closeBooks(command, state, context);
  }
}

function isOpen(state: BookState): state is OpenBook {
  return state.facts !== undefined;
}

/** Stream `fundBook-{fundId}`: whatever can be refused for lack of money, and what supplied it. */
export const fundBook: Decider<FundBookCommand, FundBookEvent, BookState> = { initialState, decide, evolve };
