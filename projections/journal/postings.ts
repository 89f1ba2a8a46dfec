import type { Account, DisbursementPurpose, FundBookEvent, Restriction } from '@ledger/fund-ledger';
import { amountOf } from '@ledger/projection-runtime';
import type { Amount } from '@ledger/projection-runtime';
import type { AccountCode } from './chart.js';

type Data<Type extends FundBookEvent['type']> = Extract<FundBookEvent, { type: Type }>['data'];

/**
 * So much from the credited account to the debited one: one amount for both sides, so that an entry, which is a list of
 * postings, cannot be out of balance. `amount` is above zero.
 */
export interface Posting {
  readonly debit: AccountCode;
  readonly credit: AccountCode;
  readonly amount: Amount;
}

const ASSET = { cash: '1110', bank: '1120', goods: '1500' } as const satisfies Record<Account, AccountCode>;
const SPENT_ON = { gift: '5310', hardship_aid: '5320', emergency_aid: '5330', learning_support: '5340', school_equipment: '5350' } as const satisfies Record<DisbursementPurpose, AccountCode>;
const NET_ASSETS = { unrestricted: '3100', restricted: '3200' } as const satisfies Record<Restriction, AccountCode>;

/** A negative amount goes the other way; of nothing there is no posting, nor from an account to itself. */
function posting(debit: AccountCode, credit: AccountCode, amount: Amount): Posting[] {
  if (amount === 0 || debit === credit) return [];
  return amount > 0 ? [{ debit, credit, amount }] : [{ debit: credit, credit: debit, amount: -amount }];
}

/** The entry that an event makes in its fund's journal; empty where it moves nothing. `restriction` is the fund's. */
export function postingsOf(event: FundBookEvent, restriction: Restriction): Posting[] {
  switch (event.type) {
    case 'FundBookOpened': {
      const { opening, endowmentPrincipal } = event.data;
      return [
        ...(['cash', 'bank', 'goods'] as const).flatMap((account) => posting(ASSET[account], '3000', amountOf(opening[account]))),
        ...posting(NET_ASSETS[restriction], '3300', amountOf(endowmentPrincipal)),
      ];
    }
    case 'DonationReceived': return received(event.data.account, amountOf(event.data.amount));
    case 'ScholarshipAwarded': return committed(amountOf(event.data.amount));
    case 'InstalmentPaid': return [...posting('5100', ASSET[event.data.account], amountOf(event.data.amount)), ...committed(-amountOf(event.data.amount))];
    case 'ScholarshipRevoked': return committed(-amountOf(event.data.released));
    case 'PrizeAwarded': return posting('5200', ASSET[event.data.account], amountOf(event.data.amount));
    case 'DisbursementPaid': return posting(SPENT_ON[event.data.purpose], ASSET[event.data.account], amountOf(event.data.amount));
    case 'MovedBetweenAccounts': return posting(ASSET[event.data.toAccount], ASSET[event.data.fromAccount], amountOf(event.data.amount));
    case 'TransferSent': return posting('3810', ASSET[event.data.fromAccount], amountOf(event.data.amount));
    case 'TransferReceived': return posting(ASSET[event.data.account], '3820', amountOf(event.data.amount));
    case 'TransferAdjusted': {
      const { side, account, delta } = event.data;
      return side === 'sent' ? posting('3810', ASSET[account], amountOf(delta)) : posting(ASSET[account], '3820', amountOf(delta));
    }
    case 'VoucherAdjusted': return adjusted(event.data, restriction);
    case 'InterestCredited': return posting('1120', '4400', amountOf(event.data.amount));
    case 'BankFeeCharged': return posting('5900', '1120', amountOf(event.data.amount));
    case 'EndowmentAdded': return endowed(event.data.from, amountOf(event.data.amount), restriction);
    case 'BooksClosed': return [];
  }
}

function received(account: Account, amount: Amount): Posting[] {
  return posting(ASSET[account], account === 'goods' ? '4200' : '4100', amount);
}

function committed(amount: Amount): Posting[] {
  return posting('9190', '9100', amount);
}

/** Principal grows out of what the fund holds; a gift to it comes in first. */
function endowed(from: 'donation' | 'available', amount: Amount, restriction: Restriction): Posting[] {
  return [...(from === 'donation' ? posting('1120', '4300', amount) : []), ...posting(NET_ASSETS[restriction], '3300', amount)];
}

/** In the sense of what it adjusts: a receipt lowered is a receipt taken back. */
function adjusted(data: Data<'VoucherAdjusted'>, restriction: Restriction): Posting[] {
  const delta = amountOf(data.delta);
  const asset = ASSET[data.account];
  switch (data.adjusts.kind) {
    case 'receipt': return received(data.account, delta);
    case 'payment': return posting(SPENT_ON[purposeOf(data)], asset, delta);
    case 'prize': return posting('5200', asset, delta);
    case 'instalment': return [...posting('5100', asset, delta), ...committed(amountOf(data.commitmentDelta ?? '0'))];
    case 'interest': return posting(asset, '4400', delta);
    case 'fee': return posting('5900', asset, delta);
    case 'endowment': return endowed(data.from ?? 'available', delta, restriction);
    case 'transfer':
    case 'transfer_receipt': return posting(ASSET[data.toAccount ?? data.account], asset, delta);
  }
}

function purposeOf(data: Data<'VoucherAdjusted'>): DisbursementPurpose {
  if (data.purpose === undefined) throw new Error('an adjusted payment does not say its purpose');
  return data.purpose;
}
