import type { Account, FundBookEvent } from '@ledger/fund-ledger';
import { RecordHighs, type FoldParts, type Occurrence, type ReadModelFold } from './read-model-fold.js';

/** Debited account, credited account, amount; a negative one is booked the other way, and of nothing nothing is booked. */
type Entry = readonly [debit: string, credit: string, amount: bigint];

const ACCOUNT: Readonly<Record<Account, string>> = { cash: '1110', bank: '1120', goods: '1500' };
const EXPENSE: Readonly<Record<string, string>> = { gift: '5310', hardship_aid: '5320', emergency_aid: '5330', learning_support: '5340', school_equipment: '5350' };
const [OPENING, PRINCIPAL, SENT, RECEIVED, INTEREST, SCHOLARSHIPS, PRIZES, FEES, OWED, CONTRA] = ['3000', '3300', '3810', '3820', '4400', '5100', '5200', '5900', '9100', '9190'] as const;

/** The journal of double entries, and what each account was debited and credited on each day. */
export class JournalFold implements ReadModelFold {
  readonly projection = 'journal';
  private readonly highs: RecordHighs;

  constructor(private readonly parts: FoldParts) {
    this.highs = new RecordHighs('journalKnown', parts.logged);
  }

  take(occurrence: Occurrence): void {
    this.highs.note(occurrence);
    const { directory, keyed } = this.parts;
    const { event, place } = occurrence;
    if (event.type === 'AssociationRegistered') return keyed.row('journalUnit', [event.data.associationId, directory.pathOf(event.data.associationId)], place);
    if (event.type === 'FundOpened') {
      const { fundId, associationId, code, restriction } = event.data;
      return keyed.row('journalFund', [fundId, associationId, directory.pathOf(associationId), code, restriction], place);
    }
    if (occurrence.reading) this.post(event as FundBookEvent, occurrence);
  }

  private post(event: FundBookEvent, occurrence: Occurrence): void {
    const { fundId, effectiveOn: day, voucher, externalReference } = event.data;
    const ownFunds = this.parts.directory.fund(fundId).restriction === 'restricted' ? '3200' : '3100';
    let line = 0;
    for (const [debit, credit, amount] of entriesOf(event, ownFunds)) {
      if (amount === 0n || debit === credit) continue;
      const [left, right, size] = amount > 0n ? [debit, credit, amount] : [credit, debit, -amount];
      this.parts.logged.expect('posting', [occurrence.position, line, fundId, day, left, right, size, event.type, voucher.kind, voucher.year, voucher.number, externalReference], occurrence);
      this.parts.keyed.add('accountDay', [fundId, left, day], { debit: size }, occurrence.place, occurrence.position);
      this.parts.keyed.add('accountDay', [fundId, right, day], { credit: size }, occurrence.place, occurrence.position);
      line += 1;
    }
  }
}

function entriesOf(event: FundBookEvent, ownFunds: string): readonly Entry[] {
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
