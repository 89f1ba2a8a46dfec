import type { FundBookEvent } from '@ledger/fund-ledger';
import { RecordHighs, type FoldParts, type Occurrence, type ReadModelFold } from './read-model-fold.js';

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
    let line = 0;
    for (const [debit, credit, amount] of occurrence.entries) {
      if (amount === 0n || debit === credit) continue;
      const [left, right, size] = amount > 0n ? [debit, credit, amount] : [credit, debit, -amount];
      this.parts.logged.expect('posting', [occurrence.position, line, fundId, day, left, right, size, event.type, voucher.kind, voucher.year, voucher.number, externalReference], occurrence);
      this.parts.keyed.add('accountDay', fundId, day, { [`debit_${left}`]: size, [`credit_${right}`]: size }, occurrence.position);
      line += 1;
    }
  }
}
