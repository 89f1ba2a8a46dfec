import { aggregateOf, drainBook, type BookState } from '@ledger/fund-ledger';
import type { LedgerLog } from '../ledger-log.js';
import { PostgresAway } from '../postgres-away.js';
import type { Fold } from './fold.js';
import { chunkOf } from './fold-chunk.js';
import { headTextOf, type KeptFolds, type TakenFold } from './kept-folds.js';

/** Chunks that may wait to be written; while they do nothing more is taken, and the next chunk is larger. */
const MOST_WAITING = 8;
const RETRY_MS = 1_000;
const MOST_RETRIES = 30;
/** At the end so much less is worth a chunk: to read an event takes a process that has just begun several times as long as later. */
const LAST_SHARE = 100;
/** Whoever waits for the end waits no longer for chunks than this, be Postgres as silent as it may. */
const LAST_MS = 2_000;

interface Track {
  readonly baseRevision: bigint;
  /** The last revision that was taken. */
  after: bigint | undefined;
  /** A chunk could not be kept: what comes after it is of no use. */
  isLost: boolean;
}

/** Has large books' folds kept, in the background, a chunk for every so many events. */
export class FoldKeeper {
  private readonly tracks = new WeakMap<Fold, Track>();
  private waiting = 0;
  private writing: Promise<void> = Promise.resolve();
  private closing = false;

  constructor(
    private readonly kept: KeptFolds,
    private readonly everyEvents: number,
    private readonly log: LedgerLog,
  ) {}

  /** The fold as it was kept, which is followed from there. Throws PostgresAway and StoreUnavailable. */
  async load(stream: string): Promise<Fold | undefined> {
    if (aggregateOf(stream) !== 'fundBook') return undefined;
    const fold = await this.kept.load(stream);
    if (fold) this.tracks.set(fold, { baseRevision: fold.baseRevision, after: fold.revision, isLost: false });
    return fold;
  }

  /** To be told when the fold has moved on; while nobody decides on a fork of its state. */
  note(stream: string, fold: Fold): void {
    this.take(stream, fold, this.everyEvents);
  }

  private take(stream: string, fold: Fold, least: number): void {
    if (fold.events < this.everyEvents || this.waiting >= MOST_WAITING || fold.uncertain || aggregateOf(stream) !== 'fundBook') return;
    let track = this.tracks.get(fold);
    if (track?.baseRevision !== fold.baseRevision) this.tracks.set(fold, (track = { baseRevision: fold.baseRevision, after: undefined, isLost: false }));
    if (track.isLost || fold.revision - (track.after ?? fold.baseRevision) < BigInt(least)) return;
    const { baseRevision, revision } = fold;
    const taken: TakenFold = { baseRevision, after: track.after, revision, head: headTextOf(fold), chunk: chunkOf(drainBook(fold.state as BookState)) };
    track.after = revision;
    this.waiting += 1;
    this.writing = this.writing.then(() => this.write(stream, track, taken)).finally(() => (this.waiting -= 1));
  }

  /**
   * Keeps what has come to these folds since their last chunks, so that after an orderly restart little is read again,
   * and waits for what is being written; what cannot be written now is given up.
   */
  async close(folds: Iterable<readonly [string, Fold]>): Promise<void> {
    this.closing = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, LAST_MS, 'late')));
    const written = async (): Promise<boolean> => (await Promise.race([this.writing, late])) !== 'late';
    let inTime = await written();
    for (const [stream, fold] of folds) {
      if (!inTime) break;
      this.take(stream, fold, Math.ceil(this.everyEvents / LAST_SHARE));
      inTime = await written();
    }
    clearTimeout(timer);
  }

  private async write(stream: string, track: Track, taken: TakenFold): Promise<void> {
    for (let attempt = 1; !track.isLost; attempt += 1) {
      try {
        track.isLost = !(await this.kept.keep(stream, taken));
        return;
      } catch (error) {
        const isPassing = error instanceof PostgresAway && attempt < MOST_RETRIES && !this.closing;
        if (isPassing) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        else {
          track.isLost = true;
          this.log.warn({ err: error, stream }, 'the fold of a book is not kept');
        }
      }
    }
  }
}
