import { dongText, type DecisionContext, type Refusal } from '@ledger/kernel';
import { amountRefusal } from '../amounts.js';
import type { ReportDirectSupport } from '../commands.js';
import { countRefusal } from '../counts.js';
import { futureRefusal } from '../dates.js';
import { given } from '../given.js';
import { refuse } from '../refuse.js';
import type { DirectSupportReported } from './events.js';
import type { MobilisationState } from './state.js';

/** Given straight to those who need it: mobilised, and never in a fund. */
export function reportDirectSupport(command: ReportDirectSupport, state: MobilisationState, context: DecisionContext): readonly DirectSupportReported[] | Refusal {
  const { associationId, reference, effectiveOn, donorId, form, amount, recipients, description } = command;
  if (state.references.has(reference)) return refuse('direct_support_already_reported', { reference }, '/reference');
  const refused = futureRefusal(effectiveOn, context) ?? amountRefusal(amount) ?? countRefusal(recipients, '/recipients');
  return refused ?? [{
    type: 'DirectSupportReported',
    data: { associationId, reference, effectiveOn, donorId, form, amount: dongText(amount), recipients, ...given({ description }) },
  }];
}
