import type { EventLog, StoredRecord } from '../storage/index.js';
import { TailRing } from './tail-ring.js';

interface WatchedStream {
  ring: TailRing;
  watchers: Set<() => void>;
}

/** Bytes of recent frames kept for one stream that somebody subscribes to. */
const STREAM_TAIL_BYTES = 1024 * 1024;

/**
 * Passes on what became durable. One listener on the log feeds all subscribers: those of $all through one ring,
 * those of a stream through that stream's, which exists while somebody watches it.
 */
export class LiveTail {
  readonly all: TailRing;
  private readonly allWatchers = new Set<() => void>();
  private readonly streams = new Map<string, WatchedStream>();
  private readonly unsubscribe: () => void;

  constructor(
    private readonly log: EventLog,
    tailBytes: number,
    private readonly chunkBytes: number,
  ) {
    this.all = new TailRing((record) => record.position, log.lastPosition ?? -1, tailBytes, chunkBytes);
    this.unsubscribe = log.onDurable((records) => this.onDurable(records));
  }

  /** Calls `wake` after every flush; returns the unsubscriber. */
  watchAll(wake: () => void): () => void {
    this.allWatchers.add(wake);
    return () => this.allWatchers.delete(wake);
  }

  /** Likewise for one stream, with the ring of that stream's newest records. */
  watchStream(stream: string, wake: () => void): { ring: TailRing; unwatch: () => void } {
    let watched = this.streams.get(stream);
    if (watched === undefined) {
      const last = this.log.view(stream).lastRevision;
      const ring = new TailRing((record) => record.revision, last, STREAM_TAIL_BYTES, this.chunkBytes);
      watched = { ring, watchers: new Set() };
      this.streams.set(stream, watched);
    }
    const { ring, watchers } = watched;
    watchers.add(wake);
    const unwatch = (): void => {
      watchers.delete(wake);
      if (watchers.size === 0) this.streams.delete(stream);
    };
    return { ring, unwatch };
  }

  close(): void {
    this.unsubscribe();
  }

  private onDurable(records: StoredRecord[]): void {
    for (const record of records) this.all.push(record);
    for (const wake of this.allWatchers) wake();
    if (this.streams.size === 0) return;
    const touched = new Set<WatchedStream>();
    for (const record of records) {
      const watched = this.streams.get(record.stream);
      if (watched === undefined) continue;
      watched.ring.push(record);
      touched.add(watched);
    }
    for (const { watchers } of touched) for (const wake of watchers) wake();
  }
}
