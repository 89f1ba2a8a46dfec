import type { Changes } from '@ledger/projection-runtime';
import type { FundBookEvent, PledgeEvent } from '@ledger/fund-ledger';
import type { Measure } from './measures.js';

type Adjusted = Extract<FundBookEvent, { type: 'VoucherAdjusted' }>['data'];

/** By how much one event changes one fund on one day. */
export interface FundChange {
  readonly fundId: string;
  readonly day: string;
  readonly changes: Changes<Measure>;
}

/** What an event of a book changes: one fund, and where money is on its way the sender's transit too. */
export function changesOf(event: FundBookEvent): FundChange[] {
  const { fundId, effectiveOn: day } = event.data;
  const own = (changes: Changes<Measure>): FundChange[] => [{ fundId, day, changes }];
  switch (event.type) {
    case 'FundBookOpened': {
      const { opening } = event.data;
      const [cash, bank, goods] = [BigInt(opening.cash), BigInt(opening.bank), BigInt(opening.goods)];
      return own({ cash, bank, goods, opening: cash + bank + goods, endowment_principal: BigInt(event.data.endowmentPrincipal) });
    }
    case 'DonationReceived': return own({ ...received(event.data.account, BigInt(event.data.amount)), donations: 1n });
    case 'ScholarshipAwarded': return own({ committed: BigInt(event.data.amount), awarded: BigInt(event.data.amount), scholarships_awarded: 1n });
    case 'InstalmentPaid': return own({ ...paid(event.data, 'spent_on_scholarships'), committed: -BigInt(event.data.amount), instalments: 1n });
    case 'ScholarshipRevoked': return own({ committed: -BigInt(event.data.released), released: BigInt(event.data.released) });
    case 'PrizeAwarded': return own({ ...paid(event.data, 'spent_on_awards'), prizes: 1n });
    case 'DisbursementPaid': return own({ ...paid(event.data, `spent_on_${event.data.purpose}`), disbursements: 1n, recipients: BigInt(event.data.recipients) });
    case 'MovedBetweenAccounts': return own(moved(event.data.fromAccount, event.data.toAccount, BigInt(event.data.amount)));
    case 'TransferSent': {
      const amount = BigInt(event.data.amount);
      return own({ [event.data.fromAccount]: -amount, transferred_out: amount, in_transit: amount });
    }
    case 'TransferReceived': {
      const amount = BigInt(event.data.amount);
      return [...own({ [event.data.account]: amount, transferred_in: amount }), { fundId: event.data.fromFundId, day, changes: { in_transit: -amount } }];
    }
    case 'TransferAdjusted': return transferAdjusted(event.data);
    case 'VoucherAdjusted': return own(adjusted(event.data));
    case 'InterestCredited': return own({ bank: BigInt(event.data.amount), interest: BigInt(event.data.amount) });
    case 'BankFeeCharged': return own({ bank: -BigInt(event.data.amount), fees: BigInt(event.data.amount) });
    case 'EndowmentAdded': return own(endowed(event.data.from, BigInt(event.data.amount), 1n));
    case 'BooksClosed': return [];
  }
}

/** A promise changes no account; cancelling one is shown beside it, not taken off it. */
export function pledgeMade(data: Extract<PledgeEvent, { type: 'PledgeMade' }>['data']): FundChange {
  return { fundId: data.fundId, day: data.effectiveOn, changes: { pledged: BigInt(data.amount) } };
}

function received(account: 'cash' | 'bank' | 'goods', amount: bigint): Changes<Measure> {
  return { [account]: amount, [account === 'goods' ? 'received_in_kind' : 'received_money']: amount };
}

function paid(data: { readonly account: 'cash' | 'bank' | 'goods'; readonly amount: string }, as: Measure): Changes<Measure> {
  return { [data.account]: -BigInt(data.amount), [as]: BigInt(data.amount) };
}

/** An adjustment may lead from an account to itself: then nothing moves. */
function moved(from: 'cash' | 'bank' | 'goods', to: 'cash' | 'bank' | 'goods', amount: bigint): Changes<Measure> {
  return from === to ? {} : { [from]: -amount, [to]: amount };
}

function endowed(from: 'donation' | 'available', amount: bigint, donations: bigint): Changes<Measure> {
  return from === 'donation' ? { bank: amount, received_money: amount, endowment_principal: amount, donations } : { endowment_principal: amount };
}

function adjusted(data: Adjusted): Changes<Measure> {
  const { account } = data;
  const delta = BigInt(data.delta);
  switch (data.adjusts.kind) {
    case 'receipt': return received(account, delta);
    case 'payment': return paid({ account, amount: data.delta }, `spent_on_${purposeOf(data)}`);
    case 'prize': return paid({ account, amount: data.delta }, 'spent_on_awards');
    case 'instalment': return { ...paid({ account, amount: data.delta }, 'spent_on_scholarships'), committed: BigInt(data.commitmentDelta ?? '0') };
    case 'interest': return { [account]: delta, interest: delta };
    case 'fee': return { [account]: -delta, fees: delta };
    case 'endowment': return endowed(data.from ?? 'available', delta, 0n);
    case 'transfer':
    case 'transfer_receipt': return moved(account, data.toAccount ?? account, delta);
  }
}

function purposeOf(data: Adjusted): NonNullable<Adjusted['purpose']> {
  if (data.purpose === undefined) throw new Error('an adjusted payment does not say its purpose');
  return data.purpose;
}

/** What was sent and has not arrived is in transit at the sender, whichever side is adjusted first. */
function transferAdjusted(data: Extract<FundBookEvent, { type: 'TransferAdjusted' }>['data']): FundChange[] {
  const { fundId, effectiveOn: day } = data;
  const delta = BigInt(data.delta);
  if (data.side === 'sent') return [{ fundId, day, changes: { [data.account]: -delta, transferred_out: delta, in_transit: delta } }];
  return [
    { fundId, day, changes: { [data.account]: delta, transferred_in: delta } },
    { fundId: data.counterpartFundId, day, changes: { in_transit: -delta } },
  ];
}
