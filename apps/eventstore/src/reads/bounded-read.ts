import type { StoredRecord } from '../storage/index.js';
import { firstStreamPositionFrame, lastAllPositionFrame, lastStreamPositionFrame, streamNotFoundFrame } from '../wire/read-responses.js';
import { PAGE_EVENTS, send, type Reading } from './reading.js';

interface Page {
  records: StoredRecord[];
  end: boolean;
  next: number;
}

/**
 * Answers a read that ends: pages from the log, each written when the one before has left, the next one read
 * meanwhile. So at most two pages are held for a reader that does not read.
 */
export class BoundedRead {
  private remaining: number;

  constructor(private readonly reading: Reading) {
    this.remaining = reading.request.count ?? Number.MAX_SAFE_INTEGER;
  }

  /** Runs to the end, or until the call is over. Rejects when the log cannot be read. */
  async run(): Promise<void> {
    const { source } = this.reading.request;
    if (source.kind === 'stream') {
      const view = this.reading.log.view(source.name);
      if (!view.exists || view.softDeleted) {
        this.reading.call.write(streamNotFoundFrame(source.name));
        return;
      }
    }
    let fetched = this.remaining === 0 ? undefined : await this.fetch(this.reading.request.from);
    while (fetched !== undefined && !this.reading.call.finished) {
      if ('failure' in fetched) throw fetched.failure;
      const wanted = this.select(fetched.records);
      const isLast = fetched.end || this.remaining === 0;
      const following = isLast ? undefined : this.fetch(fetched.next);
      if (wanted.length > 0) await send(this.reading, await this.reading.composer.compose(wanted));
      fetched = await following;
    }
    if (this.reading.request.wantsPositions) this.writePositions();
  }

  /** A page, or why there is none: a failure waits until the page before it has been sent. */
  private fetch(from: number | 'start' | 'end'): Promise<Page | { failure: unknown }> {
    return this.page(from).catch((failure: unknown) => ({ failure }));
  }

  private page(from: number | 'start' | 'end'): Promise<Page> {
    const { source, direction } = this.reading.request;
    const events = this.reading.filter === undefined ? Math.min(this.remaining, PAGE_EVENTS) : PAGE_EVENTS;
    return source.kind === 'all'
      ? this.reading.log.readAll(from, direction, events, this.reading.pageBytes)
      : this.reading.log.readStream(source.name, from, direction, events, this.reading.pageBytes);
  }

  private select(records: StoredRecord[]): StoredRecord[] {
    const { filter } = this.reading;
    const matching = filter === undefined ? records : records.filter((record) => filter.matches(record));
    const wanted = matching.length > this.remaining ? matching.slice(0, this.remaining) : matching;
    this.remaining -= wanted.length;
    return wanted;
  }

  private writePositions(): void {
    const { source } = this.reading.request;
    if (source.kind === 'all') {
      if (this.reading.log.lastPosition !== undefined) this.reading.call.write(lastAllPositionFrame(this.reading.log.lastPosition));
      return;
    }
    const view = this.reading.log.view(source.name);
    this.reading.call.write(firstStreamPositionFrame(view.firstReadableRevision));
    this.reading.call.write(lastStreamPositionFrame(Math.max(0, view.lastRevision)));
  }
}
