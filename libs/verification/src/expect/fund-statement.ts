import type { FreeText } from '@ledger/fund-ledger';
import { instantText, pairOf, type Cell } from '../cells.js';
import { FirstSeen, RecordHighs, type FoldParts, type Occurrence, type ReadModelFold } from './read-model-fold.js';

const BOOK = 'fundBook-';
/** Sums are kept per stretch of so many positions, or of so many places of an imported set. */
const POSITIONS_A_BLOCK = 67_108_864n;
const PLACES_A_BLOCK = 32_768;

/** What the events of a book may say beside what they change; absent is absent. */
interface Said {
  readonly fundId: string; readonly effectiveOn: string; readonly documentDate: string; readonly externalReference?: string;
  readonly voucher: { readonly kind: string; readonly year: number; readonly number: number };
  readonly donorId?: string; readonly beneficiaryId?: string; readonly campaignId?: string; readonly pledgeId?: string; readonly scholarshipId?: string; readonly instalment?: number;
  readonly transferId?: string; readonly sentOn?: string; readonly purpose?: string; readonly toFundId?: string; readonly fromFundId?: string; readonly counterpartFundId?: string;
  readonly adjusts?: { readonly kind: string; readonly stream: string; readonly year: number; readonly number: number; readonly revision: string };
  readonly description?: FreeText; readonly reason?: FreeText;
}

/** Every movement of every fund, and the sums from which the balance before any of them is told. */
export class FundStatementFold implements ReadModelFold {
  readonly projection = 'fund-statement';
  private readonly sets: FirstSeen;
  private readonly highs: RecordHighs;

  constructor(private readonly parts: FoldParts) {
    this.sets = new FirstSeen('statementSets', parts.keyed);
    this.highs = new RecordHighs('statementKnown', parts.logged);
  }

  take(occurrence: Occurrence): void {
    this.highs.note(occurrence);
    this.sets.note(occurrence);
    const { recorded, event, reading, position } = occurrence;
    if (!reading) return;
    const said = recorded.data as unknown as Said;
    const { fundId, effectiveOn: day, voucher } = said;
    const [anchor, seq] = this.sets.of(occurrence);
    const { cash, bank, goods, principal, committed } = reading;
    // The purpose of a fund is no purpose of a movement.
    const isOpening = event.type === 'FundBookOpened';
    const adjusts = said.adjusts;
    const cells: Cell[] = [
      position, fundId, day, anchor, seq, cash, bank, goods, principal, committed, event.type, recorded.id, recorded.revision, recorded.metadata.actorId, instantText(recorded.metadata.recordedAt),
      voucher.kind, voucher.year, voucher.number, said.externalReference, said.documentDate,
      said.donorId, said.beneficiaryId, said.toFundId ?? said.fromFundId ?? said.counterpartFundId, said.campaignId, said.pledgeId, said.scholarshipId, said.instalment,
      said.transferId, said.sentOn, isOpening ? undefined : said.purpose,
      adjusts?.stream.slice(BOOK.length), adjusts?.kind, adjusts?.year, adjusts?.number, adjusts?.revision,
      plain(said.description), plain(said.reason), ...sealed(said.description), ...sealed(said.reason),
    ];
    this.parts.logged.expect('movement', cells, occurrence);
    const block = anchor === position ? [anchor - (anchor % POSITIONS_A_BLOCK), -1n] : [anchor, Math.floor(Number(seq) / PLACES_A_BLOCK)];
    const changes = { cash, bank, goods, endowment_principal: principal, committed };
    this.parts.keyed.add('statementSum', fundId, pairOf(day, pairOf(String(block[0]), String(block[1]))), changes, position);
    this.parts.keyed.add('statementMonth', fundId, `${day.slice(0, 7)}-01`, changes, position);
  }
}

function plain(text: FreeText | undefined): string | undefined {
  return typeof text === 'string' ? text : undefined;
}

function sealed(text: FreeText | undefined): [Cell, Cell] {
  return typeof text === 'object' ? [text.personId, text.sealed] : [undefined, undefined];
}
