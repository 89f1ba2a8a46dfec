import { dongText, type Day, type DecisionContext, type Refusal } from '@ledger/kernel';
import { amountOrNothingRefusal } from '../amounts.js';
import type { AccountAmounts } from '../commands.js';
import { futureRefusal } from '../dates.js';
import { refuse } from '../refuse.js';
import { ACCOUNTS, type FundPurpose, type Restriction } from '../vocabulary.js';

export interface Opening {
  readonly restriction: Restriction;
  readonly purpose?: FundPurpose;
  readonly openedOn: Day;
  readonly opening: AccountAmounts;
  readonly endowmentPrincipal: bigint;
}

/** Whether a fund may open like this: the rules that hold on every later day hold on the first one. */
export function openingRefusal(fund: Opening, context: DecisionContext): Refusal | undefined {
  const { restriction, purpose, openedOn, opening, endowmentPrincipal } = fund;
  const future = futureRefusal(openedOn, context, '/openedOn');
  if (future) return future;
  if (restriction === 'restricted' && purpose === undefined) return refuse('restricted_fund_needs_a_purpose', {}, '/purpose');
  for (const account of ACCOUNTS) {
    const refused = amountOrNothingRefusal(opening[account], `/opening/${account}`);
    if (refused) return refused;
  }
  const wrongPrincipal = amountOrNothingRefusal(endowmentPrincipal, '/endowmentPrincipal');
  if (wrongPrincipal) return wrongPrincipal;
  if (opening.bank < endowmentPrincipal) {
    const details = { bank: dongText(opening.bank), endowmentPrincipal: dongText(endowmentPrincipal), shortBy: dongText(endowmentPrincipal - opening.bank) };
    return refuse('endowment_principal_must_lie_in_bank', details, '/endowmentPrincipal');
  }
  return undefined;
}
