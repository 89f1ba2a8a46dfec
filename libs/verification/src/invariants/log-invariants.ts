import type { Account, FundBookEvent } from '@ledger/fund-ledger';
import type { Differences, EventAt, EventPlace } from '../differences.js';
import type { Occurrence } from '../expect/read-model-fold.js';
import { ACCOUNT } from '../log/entries.js';
import type { ExpectedRow } from '../log/expected-row.js';
import type { KeyedExpectations } from '../log/expectations.js';

const ACCOUNTS: readonly Account[] = ['cash', 'bank', 'goods'];

/** What the log alone has to hold to: numbers without gaps, transfers that arrive as they were sent, promises that are kept. */
export class LogInvariants {
  private readonly lastNumbers = new Map<string, number>();
  private readonly revisions = new Map<string, bigint>();
  /** Sent and not arrived, by sending fund; awarded and neither paid nor released, by fund. */
  readonly inTransit = new Map<string, bigint>();
  readonly committed = new Map<string, bigint>();

  constructor(private readonly keyed: KeyedExpectations, private readonly differences: Differences) {}

  /** Every event of the log. `isInBalances`: whether the balances that these sums are compared with have seen it. */
  take(occurrence: Occurrence, isInBalances: boolean): void {
    const { event, recorded: { revision }, place } = occurrence;
    if (!('voucher' in event.data)) return;
    const { fundId, voucher } = event.data;
    this.expectNext(place, revision);
    const series = `${fundId} ${voucher.kind} ${voucher.year}`;
    const due = (this.lastNumbers.get(series) ?? 0) + 1;
    if (voucher.number !== due) this.broken(`voucher ${voucher.kind}/${voucher.year}/${voucher.number} stands where number ${due} is due`, place);
    this.lastNumbers.set(series, voucher.number);
    this.accountsAgree(occurrence);
    if (isInBalances) this.noteOpen(occurrence, fundId);
  }

  /** What an event does to an account is what is debited less what is credited: else opening, in and out do not make the closing. */
  private accountsAgree({ reading, entries, place }: Occurrence): void {
    if (!reading) return;
    for (const account of ACCOUNTS) {
      let net = 0n;
      for (const [debit, credit, amount] of entries) {
        if (debit === ACCOUNT[account]) net += amount;
        if (credit === ACCOUNT[account]) net -= amount;
      }
      if (net !== reading[account]) this.broken(`changes ${account} by ${reading[account]}, and debits less credits are ${net}`, place);
    }
  }

  private noteOpen({ event, reading, position }: Occurrence, fundId: string): void {
    this.noteTransfer(event as FundBookEvent, position);
    const scholarship = 'scholarshipId' in event.data ? event.data.scholarshipId : undefined;
    if (scholarship === undefined || !reading || reading.committed === 0n) return;
    const measure = event.type === 'ScholarshipAwarded' ? { awarded: reading.committed } : event.type === 'ScholarshipRevoked' ? { released: -reading.committed } : { paid: -reading.committed };
    this.keyed.add('scholarshipOfLog', fundId, scholarship, measure, position);
  }

  private expectNext(place: EventPlace, revision: bigint): void {
    const due = (this.revisions.get(place.stream) ?? -1n) + 1n;
    if (revision !== due) this.broken(`revision ${revision} follows where ${due} is due`, place);
    this.revisions.set(place.stream, revision);
  }

  private noteTransfer(event: FundBookEvent, position: bigint): void {
    switch (event.type) {
      case 'TransferSent': return this.keyed.add('transferOfLog', event.data.fundId, event.data.transferId, { sent: BigInt(event.data.amount) }, position);
      case 'TransferReceived': return this.keyed.add('transferOfLog', event.data.fromFundId, event.data.transferId, { received: BigInt(event.data.amount) }, position);
      case 'TransferAdjusted': {
        const { side, fundId, counterpartFundId, transferId, delta } = event.data;
        const [sender, measure] = side === 'sent' ? [fundId, 'sent'] : [counterpartFundId, 'received'];
        return this.keyed.add('transferOfLog', sender, transferId, { [measure]: BigInt(delta) }, position);
      }
    }
  }

  /** One transfer, all its events taken together. */
  transfer({ cells: [fundId, transferId, sent, received], place }: ExpectedRow): void {
    const open = BigInt(String(sent)) - BigInt(String(received));
    if (open < 0n) this.broken(`of transfer ${String(transferId)} ${String(received)} arrived and ${String(sent)} was sent`, place);
    add(this.inTransit, String(fundId), open);
  }

  scholarship({ cells: [fundId, scholarshipId, awarded, paid, released], place }: ExpectedRow): void {
    const open = BigInt(String(awarded)) - BigInt(String(paid)) - BigInt(String(released));
    if (open < 0n) this.broken(`scholarship ${String(scholarshipId)} was awarded ${String(awarded)}, and ${String(paid)} paid and ${String(released)} released of it`, place);
    add(this.committed, String(fundId), open);
  }

  private broken(sentence: string, event: EventPlace | EventAt): void {
    this.differences.add({ kind: 'log', projection: '', sentence, event });
  }
}

function add(sums: Map<string, bigint>, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}
