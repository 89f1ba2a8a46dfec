import type { Account, FundBookEvent } from '@ledger/fund-ledger';

// The double entries of an event of a fund's book, told anew: nothing here is shared with the journal.

/** Debited account, credited account, amount; a negative one is booked the other way, and of nothing nothing is booked. */
export type Entry = readonly [debit: string, credit: string, amount: bigint];

export const ACCOUNT: Readonly<Record<Account, string>> = { cash: '1110', bank: '1120', goods: '1500' };
const EXPENSE: Readonly<Record<string, string>> = { gift: '5310', hardship_aid: '5320', emergency_aid: '5330', learning_support: '5340', school_equipment: '5350' };
const [OPENING, PRINCIPAL, SENT, RECEIVED, INTEREST, SCHOLARSHIPS, PRIZES, FEES, OWED, CONTRA] = ['3000', '3300', '3810', '3820', '4400', '5100', '5200', '5900', '9100', '9190'] as const;

/** What an event debits and credits; `restriction` is that of the fund. */
export function entriesOf(event: FundBookEvent, restriction: string): readonly Entry[] {
  const ownFunds = restriction === 'restricted' ? '3200' : '3100';
  switch (event.type) {
    case 'FundBookOpened': {
      const { opening, endowmentPrincipal } = event.data;
      return [...(['cash', 'bank', 'goods'] as const).map((account): Entry => [ACCOUNT[account], OPENING, BigInt(opening[account])]), [ownFunds, PRINCIPAL, BigInt(endowmentPrincipal)]];
    }
    case 'DonationReceived': return [income(event.data.account, BigInt(event.data.amount))];
    case 'ScholarshipAwarded': return [[CONTRA, OWED, BigInt(event.data.amount)]];
    case 'InstalmentPaid': return [[SCHOLARSHIPS, ACCOUNT[event.data.account], BigInt(event.data.amount)], [OWED, CONTRA, BigInt(event.data.amount)]];
    case 'ScholarshipRevoked': return [[OWED, CONTRA, BigInt(event.data.released)]];
    case 'PrizeAwarded': return [[PRIZES, ACCOUNT[event.data.account], BigInt(event.data.amount)]];
    case 'DisbursementPaid': return [[EXPENSE[event.data.purpose] ?? '', ACCOUNT[event.data.account], BigInt(event.data.amount)]];
    case 'MovedBetweenAccounts': return [[ACCOUNT[event.data.toAccount], ACCOUNT[event.data.fromAccount], BigInt(event.data.amount)]];
    case 'TransferSent': return [[SENT, ACCOUNT[event.data.fromAccount], BigInt(event.data.amount)]];
    case 'TransferReceived': return [[ACCOUNT[event.data.account], RECEIVED, BigInt(event.data.amount)]];
    case 'TransferAdjusted': {
      const { side, account, delta } = event.data;
      return [side === 'sent' ? [SENT, ACCOUNT[account], BigInt(delta)] : [ACCOUNT[account], RECEIVED, BigInt(delta)]];
    }
    case 'InterestCredited': return [[ACCOUNT.bank, INTEREST, BigInt(event.data.amount)]];
    case 'BankFeeCharged': return [[FEES, ACCOUNT.bank, BigInt(event.data.amount)]];
    case 'EndowmentAdded': return endowment(event.data.from, BigInt(event.data.amount), ownFunds);
    case 'VoucherAdjusted': return adjustment(event.data, ownFunds);
    case 'BooksClosed': return [];
  }
}

function income(account: Account, amount: bigint): Entry {
  return [ACCOUNT[account], account === 'goods' ? '4200' : '4100', amount];
}

function endowment(from: 'donation' | 'available' | undefined, amount: bigint, ownFunds: string): Entry[] {
  const set: Entry = [ownFunds, PRINCIPAL, amount];
  return from === 'donation' ? [[ACCOUNT.bank, '4300', amount], set] : [set];
}

function adjustment(data: Extract<FundBookEvent, { type: 'VoucherAdjusted' }>['data'], ownFunds: string): readonly Entry[] {
  const amount = BigInt(data.delta);
  const account = ACCOUNT[data.account];
  switch (data.adjusts.kind) {
    case 'receipt': return [income(data.account, amount)];
    case 'payment': return [[EXPENSE[data.purpose ?? ''] ?? '', account, amount]];
    case 'prize': return [[PRIZES, account, amount]];
    case 'instalment': return [[SCHOLARSHIPS, account, amount], [CONTRA, OWED, BigInt(data.commitmentDelta ?? '0')]];
    case 'interest': return [[account, INTEREST, amount]];
    case 'fee': return [[FEES, account, amount]];
    case 'endowment': return endowment(data.from, amount, ownFunds);
    case 'transfer':
    case 'transfer_receipt': return [[ACCOUNT[data.toAccount ?? data.account], account, amount]];
  }
}
