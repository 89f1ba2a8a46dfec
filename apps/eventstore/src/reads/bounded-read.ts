import type { EventLog, StoredRecord } from '../storage/index.js';
import type { GrpcCall } from '../transport/grpc-call.js';
import { firstStreamPositionFrame, lastAllPositionFrame, lastStreamPositionFrame, streamNotFoundFrame } from '../wire/read-responses.js';
import type { ReadRequest } from '../wire/read-request.js';
import type { EventFilter } from './event-filter.js';
import type { FrameComposer } from './frame-composer.js';
import { waitForDrain } from './wait-for-drain.js';

/** Events asked of the log at once; a page ends earlier when its bytes do. */
const PAGE_EVENTS = 4_096;

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

  constructor(
    private readonly log: EventLog,
    private readonly call: GrpcCall,
    private readonly request: ReadRequest,
    private readonly filter: EventFilter | undefined,
    private readonly composer: FrameComposer,
    private readonly pageBytes: number,
  ) {
    this.remaining = request.count ?? Number.MAX_SAFE_INTEGER;
  }

  /** Runs to the end, or until the call is over. Rejects when the log cannot be read. */
  async run(): Promise<void> {
    const { source } = this.request;
    if (source.kind === 'stream') {
      const view = this.log.view(source.name);
      if (!view.exists || view.softDeleted) {
        this.call.write(streamNotFoundFrame(source.name));
        return;
      }
    }
    let page = this.remaining === 0 ? undefined : await this.page(this.request.from);
    while (page !== undefined && !this.call.finished) {
      const wanted = this.select(page.records);
      const isLast = page.end || this.remaining === 0;
      const following = isLast ? undefined : this.page(page.next);
      // A failure is thrown where the page is awaited below; without this it would count as unhandled until then.
      following?.catch(() => undefined);
      if (wanted.length > 0 && !this.call.write(await this.composer.compose(wanted))) await waitForDrain(this.call);
      page = await following;
    }
    if (this.request.wantsPositions) this.writePositions();
  }

  private page(from: number | 'start' | 'end'): Promise<Page> {
    const { source, direction } = this.request;
    const events = this.filter === undefined ? Math.min(this.remaining, PAGE_EVENTS) : PAGE_EVENTS;
    return source.kind === 'all'
      ? this.log.readAll(from, direction, events, this.pageBytes)
      : this.log.readStream(source.name, from, direction, events, this.pageBytes);
  }

  private select(records: StoredRecord[]): StoredRecord[] {
    const { filter } = this;
    const matching = filter === undefined ? records : records.filter((record) => filter.matches(record));
    const wanted = matching.length > this.remaining ? matching.slice(0, this.remaining) : matching;
    this.remaining -= wanted.length;
    return wanted;
  }

  private writePositions(): void {
    const { source } = this.request;
    if (source.kind === 'all') {
      if (this.log.lastPosition !== undefined) this.call.write(lastAllPositionFrame(this.log.lastPosition));
      return;
    }
    const view = this.log.view(source.name);
    this.call.write(firstStreamPositionFrame(view.firstReadableRevision));
    this.call.write(lastStreamPositionFrame(Math.max(0, view.lastRevision)));
  }
}
