import type { DataSource } from 'typeorm';
import type { EarlierNeeds, EarlierRecord } from '@ledger/fund-ledger';
import { Gate, invariant } from '@ledger/kernel';
import type { EventStore } from '@ledger/event-store';
import type { PersonVault } from '@ledger/privacy';
import type { Submission } from './ledger.js';
import { LIMITS } from './limits.js';
import { onPostgres } from './postgres-away.js';
import { inputHashOf } from './prepare/input-hash.js';
import { EarlierRecords } from './records/earlier-records.js';
import { VoucherIndex } from './records/voucher-index.js';
import { emptyFold, type Fold } from './stream/fold.js';
import { Folds } from './stream/folds.js';

interface KeyRow {
  readonly command_id: string;
  readonly input_hash: string;
  readonly stream: string;
  readonly revision_then: string;
  readonly booked: boolean;
}

const LOOK_UP = `
  SELECT command_id, encode(input_hash, 'hex') AS input_hash, stream, revision_then, outcome IS NOT NULL AS booked
  FROM command.command_keys WHERE command_id = ANY($1::uuid[])`;

// Nothing is appended to a stream before a command has claimed it, so the others need not be read to be known as empty.
const CLAIMED = `
  SELECT asked.stream FROM unnest($1::text[]) AS asked(stream)
  WHERE EXISTS (SELECT FROM command.command_keys k WHERE k.stream = asked.stream)`;

const IDS_PER_QUERY = 5_000;
/** So few streams are read at once; of more, only those that a command was ever meant for. */
const STREAMS_READ_AT_ONCE = 200;

export type KnownSubmission = Pick<Submission, 'commandId' | 'command' | 'secrets'>;

/**
 * The ledger as it is now, for whoever decides a whole set of commands in memory before the first is sent. Made for one
 * such check: it keeps what it has read. All methods throw PostgresAway and StoreUnavailable.
 */
export class LedgerView {
  private readonly gate = new Gate(LIMITS.readsInFlight);
  private readonly index: VoucherIndex;
  private readonly records: EarlierRecords;
  private readonly folded = new Map<string, Fold>();

  constructor(
    private readonly store: EventStore,
    private readonly database: DataSource,
    private readonly vault: PersonVault,
  ) {
    this.index = new VoucherIndex(database, store);
    this.records = new EarlierRecords(store, this.index, LIMITS.readsInFlight);
  }

  /**
   * By command id: 'booked' where the ledger holds the command with this input, 'changed' where its id stands for
   * another input. What the ledger does not hold is left out, also where an attempt at it was refused.
   */
  async compare(submissions: readonly KnownSubmission[]): Promise<Map<string, 'booked' | 'changed'>> {
    const verdicts = new Map<string, 'booked' | 'changed'>();
    const open: KeyRow[] = [];
    for (let at = 0; at < submissions.length; at += IDS_PER_QUERY) {
      const part = new Map(submissions.slice(at, at + IDS_PER_QUERY).map((submission) => [submission.commandId, submission]));
      const rows = await onPostgres(() => this.database.query<KeyRow[]>(LOOK_UP, [[...part.keys()]]));
      for (const row of rows) {
        const submission = part.get(row.command_id);
        invariant(submission, 'only keys that were asked for are answered');
        if (row.input_hash !== inputHashOf(this.vault, submission)) verdicts.set(row.command_id, 'changed');
        else if (row.booked) verdicts.set(row.command_id, 'booked');
        else open.push(row);
      }
    }
    // Claimed, and no outcome written: booked before a crash, or refused. The log knows.
    for (const commandId of await this.bookedAmong(open)) verdicts.set(commandId, 'booked');
    return verdicts;
  }

  /** The streams that exist, folded; whoever asked may change the states. */
  async fold(streams: readonly string[]): Promise<Map<string, { readonly state: unknown; readonly eventCount: number }>> {
    const folds = new Folds(this.store, LIMITS, (stream) => this.index.lastClosing(stream), () => undefined);
    const found = new Map<string, { state: unknown; eventCount: number }>();
    const likely = streams.length <= STREAMS_READ_AT_ONCE ? streams : await this.claimed(streams);
    await Promise.all(likely.map((stream) => this.gate.through(async () => {
      const fold = await folds.load(stream);
      folds.forget(stream);
      if (fold.revision < 0n) return;
      this.folded.set(stream, fold);
      found.set(stream, { state: fold.state, eventCount: Number(fold.revision) + 1 });
    })));
    return found;
  }

  /** What decisions on a stream folded here need of the time before its fold. */
  async earlier(stream: string, needs: EarlierNeeds): Promise<EarlierRecord> {
    const [record] = await this.records.lookUp(stream, this.folded.get(stream) ?? emptyFold(undefined), [needs], LIMITS.deadlineMs);
    return record ?? {};
  }

  private async claimed(streams: readonly string[]): Promise<string[]> {
    const rows = await onPostgres(() => this.database.query<{ stream: string }[]>(CLAIMED, [streams]));
    return rows.map(({ stream }) => stream);
  }

  private async bookedAmong(rows: readonly KeyRow[]): Promise<string[]> {
    const streams = [...new Set(rows.map(({ stream }) => stream))];
    const found = await Promise.all(streams.map((stream) => this.gate.through(() => this.bookedIn(stream, rows.filter((row) => row.stream === stream)))));
    return found.flat();
  }

  /** Which of the claims the stream shows; none can stand before the place that it was claimed at. */
  private async bookedIn(stream: string, claims: readonly KeyRow[]): Promise<string[]> {
    const wanted = new Set(claims.map(({ command_id: id }) => id));
    const places = claims.map(({ revision_then: then }) => BigInt(then));
    const lowest = places.reduce((low, place) => (place < low ? place : low));
    const booked = new Set<string>();
    for await (const { metadata } of this.store.readStream(stream, lowest + 1n)) if (wanted.has(metadata.commandId)) booked.add(metadata.commandId);
    return [...booked];
  }
}
