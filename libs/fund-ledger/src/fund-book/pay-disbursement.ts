import { dongText, type Refusal } from '@ledger/kernel';
import { amountRefusal } from '../amounts.js';
import type { PayDisbursement } from '../commands.js';
import { given } from '../given.js';
import { countRefusal } from '../counts.js';
import { booked, entryRefusal, movementOf, purposeRefusal, type BookContext, type OpenBook } from './entry.js';
import type { DisbursementPaid } from './events.js';

export function payDisbursement(command: PayDisbursement, state: OpenBook, context: BookContext): readonly DisbursementPaid[] | Refusal {
  const { purpose, beneficiaryId, recipients, account, amount } = command;
  const refused = entryRefusal(command, state, context)
    ?? amountRefusal(amount)
    ?? countRefusal(recipients, '/recipients')
    ?? purposeRefusal(state.facts, purpose);
  if (refused) return refused;
  const data = { ...movementOf(command, state), purpose, ...given({ beneficiaryId }), recipients, account, amount: dongText(amount) };
  return booked({ type: 'DisbursementPaid', data }, state);
}
