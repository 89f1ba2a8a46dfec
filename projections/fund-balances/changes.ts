import { amountOf } from '@ledger/projection-runtime';
import type { Amount, Changes } from '@ledger/projection-runtime';
import type { FundBookEvent, PledgeEvent } from '@ledger/fund-ledger';
import { SPENT_ON } from './measures.js';
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
      const accounts = (['cash', 'bank', 'goods'] as const).flatMap((account) => [[account, amountOf(opening[account])], ['opening', amountOf(opening[account])]] as const);
      return own([...accounts, ['endowment_principal', amountOf(event.data.endowmentPrincipal)]]);
    }
    case 'DonationReceived': return own([...received(event.data.account, amountOf(event.data.amount)), ['donations', 1]]);
    case 'ScholarshipAwarded': {
      const amount = amountOf(event.data.amount);
      return own([['committed', amount], ['awarded', amount], ['scholarships_awarded', 1]]);
    }
    case 'InstalmentPaid': return own([...paid(event.data, 'spent_on_scholarships'), ['committed', -amountOf(event.data.amount)], ['instalments', 1]]);
    case 'ScholarshipRevoked': return own([['committed', -amountOf(event.data.released)], ['released', amountOf(event.data.released)]]);
    case 'PrizeAwarded': return own([...paid(event.data, 'spent_on_awards'), ['prizes', 1]]);
    case 'DisbursementPaid': return own([...paid(event.data, SPENT_ON[event.data.purpose]), ['disbursements', 1], ['recipients', event.data.recipients]]);
    case 'MovedBetweenAccounts': return own(moved(event.data.fromAccount, event.data.toAccount, amountOf(event.data.amount)));
    case 'TransferSent': {
      const amount = amountOf(event.data.amount);
      return own([[event.data.fromAccount, -amount], ['transferred_out', amount], ['in_transit', amount]]);
    }
    case 'TransferReceived': {
      const amount = amountOf(event.data.amount);
      return [...own([[event.data.account, amount], ['transferred_in', amount]]), { fundId: event.data.fromFundId, day, changes: [['in_transit', -amount]] }];
    }
    case 'TransferAdjusted': return transferAdjusted(event.data);
    case 'VoucherAdjusted': return own(adjusted(event.data));
    case 'InterestCredited': return own([['bank', amountOf(event.data.amount)], ['interest', amountOf(event.data.amount)]]);
    case 'BankFeeCharged': return own([['bank', -amountOf(event.data.amount)], ['fees', amountOf(event.data.amount)]]);
    case 'EndowmentAdded': return own(endowed(event.data.from, amountOf(event.data.amount), 1));
    case 'BooksClosed': return [];
  }
}

/** A promise changes no account; cancelling one is shown beside it, not taken off it. */
export function pledgeMade(data: Extract<PledgeEvent, { type: 'PledgeMade' }>['data']): FundChange {
  return { fundId: data.fundId, day: data.effectiveOn, changes: [['pledged', amountOf(data.amount)]] };
}

function received(account: 'cash' | 'bank' | 'goods', amount: Amount): Changes<Measure> {
  return [[account, amount], [account === 'goods' ? 'received_in_kind' : 'received_money', amount]];
}

function paid(data: { readonly account: 'cash' | 'bank' | 'goods'; readonly amount: string }, as: Measure): Changes<Measure> {
  const amount = amountOf(data.amount);
  return [[data.account, -amount], [as, amount]];
}

/** An adjustment may lead from an account to itself: then nothing moves. */
function moved(from: 'cash' | 'bank' | 'goods', to: 'cash' | 'bank' | 'goods', amount: Amount): Changes<Measure> {
  return from === to ? [] : [[from, -amount], [to, amount]];
}

function endowed(from: 'donation' | 'available', amount: Amount, donations: number): Changes<Measure> {
  return from === 'donation' ? [['bank', amount], ['received_money', amount], ['endowment_principal', amount], ['donations', donations]] : [['endowment_principal', amount]];
}

function adjusted(data: Adjusted): Changes<Measure> {
  const { account } = data;
  const delta = amountOf(data.delta);
  switch (data.adjusts.kind) {
    case 'receipt': return received(account, delta);
    case 'payment': return paid({ account, amount: data.delta }, SPENT_ON[purposeOf(data)]);
    case 'prize': return paid({ account, amount: data.delta }, 'spent_on_awards');
    case 'instalment': return [...paid({ account, amount: data.delta }, 'spent_on_scholarships'), ['committed', amountOf(data.commitmentDelta ?? '0')]];
    case 'interest': return [[account, delta], ['interest', delta]];
    case 'fee': return [[account, -delta], ['fees', delta]];
    case 'endowment': return endowed(data.from ?? 'available', delta, 0);
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
  const delta = amountOf(data.delta);
  if (data.side === 'sent') return [{ fundId, day, changes: [[data.account, -delta], ['transferred_out', delta], ['in_transit', delta]] }];
  return [
    { fundId, day, changes: [[data.account, delta], ['transferred_in', delta]] },
    { fundId: data.counterpartFundId, day, changes: [['in_transit', -delta]] },
  ];
}
