import { LOG_STREAM } from '@ledger/event-store';
import type { RecordedEvent } from '@ledger/kernel';
import { isEventOf, type FundBookEvent, type LedgerEvent } from '@ledger/fund-ledger';
import { instantText, type Cell } from '../cells.js';
import { placeOf, type EventPlace } from '../differences.js';
import type { Directory } from '../log/directory.js';
import type { KeyedExpectations } from '../log/expectations.js';
import { entriesOf, type Entry } from '../log/entries.js';
import { readingOf, type Reading } from '../log/reading.js';
import type { TableName } from '../tables.js';

/** An event of the log with what several read models need of it, worked out once. */
export interface Occurrence {
  readonly recorded: RecordedEvent;
  readonly event: LedgerEvent;
  readonly position: bigint;
  readonly place: EventPlace;
  /** Milliseconds since 1970. */
  readonly recordedAt: number;
  /** Of an event of a fund's book that changes something. */
  readonly reading: Reading | undefined;
  /** What it debits and credits, where it is an event of a fund's book. */
  readonly entries: readonly Entry[];
}

/** Many events are recorded at the same moment. */
let latest = { told: '', at: Number.NaN };

/** Throws UnknownInLog where the fund was never opened. */
export function occurrenceOf(recorded: RecordedEvent, directory: Directory): Occurrence {
  const place = placeOf(recorded);
  const event = recorded as unknown as LedgerEvent;
  const { recordedAt: told } = recorded.metadata;
  if (told !== latest.told) latest = { told, at: Date.parse(told) };
  const recordedAt = latest.at;
  if (!isEventOf('fundBook', recorded.type)) return { recorded, event, position: recorded.position, place, recordedAt, reading: undefined, entries: [] };
  const ofBook = event as FundBookEvent;
  return { recorded, event, position: recorded.position, place, recordedAt, reading: readingOf(ofBook), entries: entriesOf(ofBook, directory.fund(ofBook.data.fundId).restriction) };
}

/** Takes rows in the log's order and holds them against the table's. */
export interface LogRows {
  expect(table: TableName, cells: readonly Cell[], occurrence: Occurrence): void;
}

export interface FoldParts {
  readonly directory: Directory;
  readonly keyed: KeyedExpectations;
  readonly logged: LogRows;
}

/** Says, event by event, which rows one read model should have. */
export interface ReadModelFold {
  readonly projection: string;
  take(occurrence: Occurrence): void;
  /** What can only be said when the last event was taken. */
  finish?(): void;
}

/** At which position each imported set was first seen: what was imported keeps its own order from there. */
export class FirstSeen {
  private readonly anchors = new Map<string, bigint>();

  constructor(private readonly table: TableName, private readonly keyed: KeyedExpectations) {}

  note({ recorded: { metadata: { source } }, position, place }: Occurrence): void {
    if (!source || this.anchors.has(source.set)) return;
    this.anchors.set(source.set, position);
    this.keyed.row(this.table, [position, source.set], place);
  }

  /** anchor and seq of an event that was noted. */
  of({ recorded: { metadata: { source } }, position }: Occurrence): [bigint, string] {
    return source ? [this.anchors.get(source.set) ?? position, source.seq] : [position, '0'];
  }
}

/** The events that were recorded later than every one before them; the log's own name is none of the ledger's. */
export class RecordHighs {
  private highest = Number.NEGATIVE_INFINITY;

  constructor(private readonly table: TableName, private readonly logged: LogRows) {}

  note(occurrence: Occurrence): void {
    if (occurrence.recorded.stream === LOG_STREAM) return;
    const at = occurrence.recordedAt;
    if (!(at > this.highest)) return;
    this.highest = at;
    this.logged.expect(this.table, [occurrence.position, instantText(occurrence.recorded.metadata.recordedAt)], occurrence);
  }
}
