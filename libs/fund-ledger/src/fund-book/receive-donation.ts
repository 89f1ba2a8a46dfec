import { dongText, type Refusal } from '@ledger/kernel';
import { amountRefusal } from '../amounts.js';
import type { ReceiveDonation } from '../commands.js';
import { given } from '../given.js';
import { booked, entryRefusal, movementOf, type BookContext, type OpenBook } from './entry.js';
import type { DonationReceived } from './events.js';

export function receiveDonation(command: ReceiveDonation, state: OpenBook, context: BookContext): readonly DonationReceived[] | Refusal {
  const refused = entryRefusal(command, state, context) ?? amountRefusal(command.amount);
  if (refused) return refused;
  const { account, amount, donorId, campaignId, pledgeId } = command;
  return booked({
    type: 'DonationReceived',
    data: { ...movementOf(command, state), account, amount: dongText(amount), donorId, ...given({ campaignId, pledgeId }) },
  }, state);
}
