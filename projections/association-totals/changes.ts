import type { FundBookEvent, MobilisationEvent, PledgeEvent } from '@ledger/fund-ledger';
import type { Changes } from '@ledger/projection-runtime';
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

type Data<Type extends FundBookEvent['type']> = Extract<FundBookEvent, { type: Type }>['data'];

/** Money counts at the fund's association, an award at the association that grants it. */
export function countedFromBook(event: FundBookEvent): Counted[] {
  const { fundId, effectiveOn: day } = event.data;
  const own = (changes: Changes<Measure>): Counted[] => [{ at: { fundId }, day, changes }];
  switch (event.type) {
    case 'FundBookOpened': return own({ funds: 1n });
    case 'DonationReceived': return own({ ...received(event.data.account, BigInt(event.data.amount)), donations: 1n, movements: 1n });
    case 'ScholarshipAwarded': return own({ amount_awarded: BigInt(event.data.amount), scholarships_awarded: 1n, movements: 1n });
    case 'InstalmentPaid': return own({ spent_on_scholarships: BigInt(event.data.amount), instalments: 1n, movements: 1n });
    case 'PrizeAwarded': return prize(event.data);
    case 'DisbursementPaid':
      return own({ [`spent_on_${event.data.purpose}`]: BigInt(event.data.amount), disbursements: 1n, recipients: BigInt(event.data.recipients), movements: 1n });
    case 'MovedBetweenAccounts':
    case 'ScholarshipRevoked': return own({ movements: 1n });
    case 'TransferSent': return [sent(event.data, event.data.toFundId, BigInt(event.data.amount), 1n)];
    case 'TransferReceived': return arrived(event.data, event.data.fromFundId, BigInt(event.data.amount));
    case 'TransferAdjusted': return transferAdjusted(event.data);
    case 'VoucherAdjusted': return own({ ...adjusted(event.data), movements: 1n });
    case 'InterestCredited': return own({ interest: BigInt(event.data.amount), movements: 1n });
    case 'BankFeeCharged': return own({ fees: BigInt(event.data.amount), movements: 1n });
    case 'EndowmentAdded': return own({ ...(event.data.from === 'donation' ? { received_money: BigInt(event.data.amount), donations: 1n } : {}), movements: 1n });
    case 'BooksClosed': return [];
  }
}

/** What counts for the movement without touching a fund. */
export function countedFromMobilisation({ type, data }: MobilisationEvent): Counted {
  const place = { at: { associationId: data.associationId }, day: data.effectiveOn };
  if (type === 'HonourConferred') return { ...place, changes: { ...honours(data), movements: 1n } };
  const amount = BigInt(data.amount);
  return { ...place, changes: { direct_support: amount, ...(data.form === 'goods' ? { direct_support_in_kind: amount } : {}), direct_support_recipients: BigInt(data.recipients), movements: 1n } };
}

export function countedFromPledge(data: Extract<PledgeEvent, { type: 'PledgeMade' }>['data']): Counted {
  return { at: { fundId: data.fundId }, day: data.effectiveOn, changes: { pledged: BigInt(data.amount), movements: 1n } };
}

function received(account: 'cash' | 'bank' | 'goods', amount: bigint): Changes<Measure> {
  return { [account === 'goods' ? 'received_in_kind' : 'received_money']: amount };
}

function honours(data: { readonly recipientKind: 'group' | 'individual'; readonly awardKind: 'certificate_of_merit' | 'prize' }): Changes<Measure> {
  return {
    [data.recipientKind === 'group' ? 'awards_to_groups' : 'awards_to_individuals']: 1n,
    ...(data.awardKind === 'certificate_of_merit' ? { certificates_of_merit: 1n } : {}),
  };
}

function prize(data: Data<'PrizeAwarded'>): Counted[] {
  return [
    { at: { fundId: data.fundId }, day: data.effectiveOn, changes: { spent_on_awards: BigInt(data.amount), movements: 1n } },
    { at: { associationId: data.associationId }, day: data.effectiveOn, changes: honours(data) },
  ];
}

function sent(data: { readonly fundId: string; readonly effectiveOn: string }, otherFundId: string, amount: bigint, movements: bigint): Counted {
  return { at: { fundId: data.fundId }, day: data.effectiveOn, changes: { transferred_out: amount, in_transit: amount, movements }, between: { otherFundId, changes: { eliminated_out: amount } } };
}

/** Its arrival ends the transit, which is counted where it was sent from. */
function arrived(data: { readonly fundId: string; readonly effectiveOn: string }, otherFundId: string, amount: bigint): Counted[] {
  return [
    { at: { fundId: data.fundId }, day: data.effectiveOn, changes: { transferred_in: amount }, between: { otherFundId, changes: { eliminated_in: amount } } },
    { at: { fundId: otherFundId }, day: data.effectiveOn, changes: { in_transit: -amount } },
  ];
}

/** Two vouchers, one adjustment: the leading one is the movement. */
function transferAdjusted(data: Data<'TransferAdjusted'>): Counted[] {
  const movements = data.leads ? 1n : 0n;
  if (data.side === 'sent') return [sent(data, data.counterpartFundId, BigInt(data.delta), movements)];
  return [...arrived(data, data.counterpartFundId, BigInt(data.delta)), { at: { fundId: data.fundId }, day: data.effectiveOn, changes: { movements } }];
}

function adjusted(data: Data<'VoucherAdjusted'>): Changes<Measure> {
  const delta = BigInt(data.delta);
  switch (data.adjusts.kind) {
    case 'receipt': return received(data.account, delta);
    case 'payment': return { [`spent_on_${purposeOf(data)}`]: delta };
    case 'prize': return { spent_on_awards: delta };
    case 'instalment': return { spent_on_scholarships: delta };
    case 'interest': return { interest: delta };
    case 'fee': return { fees: delta };
    case 'endowment': return data.from === 'donation' ? { received_money: delta } : {};
    case 'transfer':
    case 'transfer_receipt': return {};
  }
}

function purposeOf(data: Data<'VoucherAdjusted'>): NonNullable<Data<'VoucherAdjusted'>['purpose']> {
  if (data.purpose === undefined) throw new Error('an adjusted payment does not say its purpose');
  return data.purpose;
}
