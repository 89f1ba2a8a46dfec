import type { Day } from '@ledger/kernel';
import type { FundBookEvent, LedgerEvent } from '../src/index.js';

// A second opinion for properties: what a book amounts to, worked out day by day from its events alone, slowly and
// without any of the code under test.

export interface Totals { cash: bigint; bank: bigint; goods: bigint; principal: bigint; awarded: bigint; paid: bigint; released: bigint }

type Account = 'cash' | 'bank' | 'goods';

export const bookEvents = (events: readonly LedgerEvent[]): readonly FundBookEvent[] => events as readonly FundBookEvent[];

/** At the end of the day. */
export function totalsAt(events: readonly FundBookEvent[], day: Day): Totals {
  const totals: Totals = { cash: 0n, bank: 0n, goods: 0n, principal: 0n, awarded: 0n, paid: 0n, released: 0n };
  const ended = endedAt(events);
  events.forEach((event, place) => {
    if (event.type !== 'BooksClosed' && event.data.effectiveOn <= day) add(totals, event, ended[place]!);
  });
  return totals;
}

export const availableIn = (totals: Totals): bigint => totals.cash + totals.bank - totals.principal - committedIn(totals);
export const committedIn = (totals: Totals): bigint => totals.awarded - totals.paid - totals.released;

/** For each event: which scholarships had ended (revoked, or paid in full and closed over) when it was booked. */
function endedAt(events: readonly FundBookEvent[]): ReadonlySet<string>[] {
  const left = new Map<string, bigint>();
  let ended = new Set<string>();
  return events.map((event) => {
    const before = ended;
    if (event.type === 'ScholarshipAwarded') left.set(event.data.scholarshipId, BigInt(event.data.amount));
    if (event.type === 'InstalmentPaid') left.set(event.data.scholarshipId, left.get(event.data.scholarshipId)! - BigInt(event.data.amount));
    if (event.type === 'VoucherAdjusted' && event.data.scholarshipId) left.set(event.data.scholarshipId, left.get(event.data.scholarshipId)! - BigInt(event.data.delta));
    if (event.type === 'ScholarshipRevoked') ended = new Set(ended).add(event.data.scholarshipId);
    if (event.type === 'BooksClosed') ended = new Set([...ended, ...[...left].filter(([, rest]) => rest === 0n).map(([id]) => id)]);
    return before;
  });
}

function add(totals: Totals, event: Exclude<FundBookEvent, { type: 'BooksClosed' }>, ended: ReadonlySet<string>): void {
  const data = event.data as Record<string, unknown>;
  const amount = BigInt((data['amount'] ?? data['delta'] ?? '0') as string);
  const account = data['account'] as Account;
  switch (event.type) {
    case 'FundBookOpened':
      for (const name of ['cash', 'bank', 'goods'] as const) totals[name] += BigInt(event.data.opening[name]);
      totals.principal += BigInt(event.data.endowmentPrincipal);
      return;
    case 'DonationReceived':
    case 'TransferReceived': totals[account] += amount; return;
    case 'DisbursementPaid':
    case 'PrizeAwarded': totals[account] -= amount; return;
    case 'ScholarshipAwarded': totals.awarded += amount; return;
    case 'InstalmentPaid': totals[account] -= amount; totals.paid += amount; return;
    case 'ScholarshipRevoked': totals.released += BigInt(event.data.released); return;
    case 'MovedBetweenAccounts': totals[event.data.fromAccount] -= amount; totals[event.data.toAccount] += amount; return;
    case 'TransferSent': totals[event.data.fromAccount] -= amount; return;
    case 'TransferAdjusted': totals[account] += event.data.side === 'sent' ? -amount : amount; return;
    case 'InterestCredited': totals.bank += amount; return;
    case 'BankFeeCharged': totals.bank -= amount; return;
    case 'EndowmentAdded': totals.principal += amount; totals.bank += event.data.from === 'donation' ? amount : 0n; return;
    case 'VoucherAdjusted': adjust(totals, event.data, amount, ended); return;
  }
}

function adjust(totals: Totals, data: Extract<FundBookEvent, { type: 'VoucherAdjusted' }>['data'], delta: bigint, ended: ReadonlySet<string>): void {
  switch (data.adjusts.kind) {
    case 'receipt':
    case 'interest': totals[data.account] += delta; return;
    case 'payment':
    case 'prize':
    case 'fee': totals[data.account] -= delta; return;
    case 'instalment':
      totals[data.account] -= delta;
      totals.paid += delta;
      if (ended.has(data.scholarshipId!)) totals.released -= delta;
      return;
    case 'endowment': totals.principal += delta; totals.bank += data.from === 'donation' ? delta : 0n; return;
    default: totals[data.account] -= delta; totals[data.toAccount!] += delta;
  }
}
