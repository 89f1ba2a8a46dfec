import type { FundBookEvent, MobilisationEvent, PledgeEvent } from '@ledger/fund-ledger';
import { amountOf } from '@ledger/projection-runtime';
import type { Amount, Changes } from '@ledger/projection-runtime';
import { SPENT_ON } from './measures.js';
import type { Measure } from './measures.js';

/**
 * What an event changes, and where it counts: at the association that holds the fund, or at the named association.
 * A change with `between` is one side of a transfer: in a total that holds both funds it is eliminated too.
 */
export interface Counted {
  readonly at: { readonly fundId: string } | { readonly associationId: string };
  readonly day: string;
  readonly changes: Changes<Measure>;
  readonly between?: { readonly otherFundId: string; readonly changes: Changes<Measure> };
}

/** Everything posted is one movement. */
const MOVEMENT = ['movements', 1] as const;

type Data<Type extends FundBookEvent['type']> = Extract<FundBookEvent, { type: Type }>['data'];

/** Money counts at the fund's association, an award at the association that grants it. */
export function countedFromBook(event: FundBookEvent): Counted[] {
  const { fundId, effectiveOn: day } = event.data;
  const own = (changes: Changes<Measure>): Counted[] => [{ at: { fundId }, day, changes }];
  switch (event.type) {
    case 'FundBookOpened': return own([['funds', 1]]);
    case 'DonationReceived': return own([...received(event.data.account, amountOf(event.data.amount)), ['donations', 1], MOVEMENT]);
    case 'ScholarshipAwarded': return own([['amount_awarded', amountOf(event.data.amount)], ['scholarships_awarded', 1], MOVEMENT]);
    case 'InstalmentPaid': return own([['spent_on_scholarships', amountOf(event.data.amount)], ['instalments', 1], MOVEMENT]);
    case 'PrizeAwarded': return prize(event.data);
    case 'DisbursementPaid':
      return own([[SPENT_ON[event.data.purpose], amountOf(event.data.amount)], ['disbursements', 1], ['recipients', event.data.recipients], MOVEMENT]);
    case 'MovedBetweenAccounts':
    case 'ScholarshipRevoked': return own([MOVEMENT]);
    case 'TransferSent': return [sent(event.data, event.data.toFundId, amountOf(event.data.amount), 1)];
    case 'TransferReceived': return arrived(event.data, event.data.fromFundId, amountOf(event.data.amount));
    case 'TransferAdjusted': return transferAdjusted(event.data);
    case 'VoucherAdjusted': return own([...adjusted(event.data), MOVEMENT]);
    case 'InterestCredited': return own([['interest', amountOf(event.data.amount)], MOVEMENT]);
    case 'BankFeeCharged': return own([['fees', amountOf(event.data.amount)], MOVEMENT]);
    case 'EndowmentAdded': return own(event.data.from === 'donation' ? [['received_money', amountOf(event.data.amount)], ['donations', 1], MOVEMENT] : [MOVEMENT]);
    case 'BooksClosed': return [];
  }
}

/** What counts for the movement without touching a fund. */
export function countedFromMobilisation({ type, data }: MobilisationEvent): Counted {
  const place = { at: { associationId: data.associationId }, day: data.effectiveOn };
  if (type === 'HonourConferred') return { ...place, changes: [...honours(data), MOVEMENT] };
  const amount = amountOf(data.amount);
  const inKind: Changes<Measure> = data.form === 'goods' ? [['direct_support_in_kind', amount]] : [];
  return { ...place, changes: [['direct_support', amount], ...inKind, ['direct_support_recipients', data.recipients], MOVEMENT] };
}

export function countedFromPledge(data: Extract<PledgeEvent, { type: 'PledgeMade' }>['data']): Counted {
  return { at: { fundId: data.fundId }, day: data.effectiveOn, changes: [['pledged', amountOf(data.amount)], MOVEMENT] };
}

function received(account: 'cash' | 'bank' | 'goods', amount: Amount): Changes<Measure> {
  return [[account === 'goods' ? 'received_in_kind' : 'received_money', amount]];
}

function honours(data: { readonly recipientKind: 'group' | 'individual'; readonly awardKind: 'certificate_of_merit' | 'prize' }): Changes<Measure> {
  const awards = [data.recipientKind === 'group' ? 'awards_to_groups' : 'awards_to_individuals', 1] as const;
  return data.awardKind === 'certificate_of_merit' ? [awards, ['certificates_of_merit', 1]] : [awards];
}

function prize(data: Data<'PrizeAwarded'>): Counted[] {
  return [
    { at: { fundId: data.fundId }, day: data.effectiveOn, changes: [['spent_on_awards', amountOf(data.amount)], MOVEMENT] },
    { at: { associationId: data.associationId }, day: data.effectiveOn, changes: honours(data) },
  ];
}

function sent(data: { readonly fundId: string; readonly effectiveOn: string }, otherFundId: string, amount: Amount, movements: number): Counted {
  return { at: { fundId: data.fundId }, day: data.effectiveOn, changes: [['transferred_out', amount], ['in_transit', amount], ['movements', movements]], between: { otherFundId, changes: [['eliminated_out', amount]] } };
}

/** Its arrival ends the transit, which is counted where it was sent from. */
function arrived(data: { readonly fundId: string; readonly effectiveOn: string }, otherFundId: string, amount: Amount): Counted[] {
  return [
    { at: { fundId: data.fundId }, day: data.effectiveOn, changes: [['transferred_in', amount]], between: { otherFundId, changes: [['eliminated_in', amount]] } },
    { at: { fundId: otherFundId }, day: data.effectiveOn, changes: [['in_transit', -amount]] },
  ];
}

/** Two vouchers, one adjustment: the leading one is the movement. */
function transferAdjusted(data: Data<'TransferAdjusted'>): Counted[] {
  const movements = data.leads ? 1 : 0;
  const delta = amountOf(data.delta);
  if (data.side === 'sent') return [sent(data, data.counterpartFundId, delta, movements)];
  return [...arrived(data, data.counterpartFundId, delta), { at: { fundId: data.fundId }, day: data.effectiveOn, changes: [['movements', movements]] }];
}

function adjusted(data: Data<'VoucherAdjusted'>): Changes<Measure> {
  const delta = amountOf(data.delta);
  switch (data.adjusts.kind) {
    case 'receipt': return received(data.account, delta);
    case 'payment': return [[SPENT_ON[purposeOf(data)], delta]];
    case 'prize': return [['spent_on_awards', delta]];
    case 'instalment': return [['spent_on_scholarships', delta]];
    case 'interest': return [['interest', delta]];
    case 'fee': return [['fees', delta]];
    case 'endowment': return data.from === 'donation' ? [['received_money', delta]] : [];
    case 'transfer':
    case 'transfer_receipt': return [];
  }
}

function purposeOf(data: Data<'VoucherAdjusted'>): NonNullable<Data<'VoucherAdjusted'>['purpose']> {
  if (data.purpose === undefined) throw new Error('an adjusted payment does not say its purpose');
  return data.purpose;
}
