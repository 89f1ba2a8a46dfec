import { randomUUID } from 'node:crypto';
import type { StoredRecord } from '../storage/index.js';
import { CAUGHT_UP_FRAME, checkpointFrame, confirmationFrame } from '../wire/read-responses.js';
import type { EventFilter } from './event-filter.js';
import type { LiveTail } from './live-tail.js';
import { PAGE_EVENTS, send, type Reading } from './reading.js';
import type { TailChunk, TailRing } from './tail-ring.js';
import { Wakeup } from './wakeup.js';

export type SubscriptionEnd = 'call_over' | 'stream_deleted';

/**
 * One subscription: pages from the log until the tail in memory covers what follows, then the tail. The place in the
 * log is a single number that only this loop moves, so nothing is lost or sent twice at the hand-over; a subscriber
 * that falls behind the tail goes back to pages. What it has not read is not kept for it anywhere.
 */
export class Subscription {
  private readonly wakeup = new Wakeup();
  private readonly ring: TailRing;
  private readonly unwatch: () => void;
  private next: number;
  private considered = 0;
  private lastConsidered: number | undefined;
  private isLive = false;
  private tombstoned = false;

  constructor(
    private readonly reading: Reading,
    tail: LiveTail,
  ) {
    const { log, call } = reading;
    const { source, from } = reading.request;
    if (source.kind === 'all') {
      this.unwatch = tail.watchAll(this.wakeup.notify);
      this.ring = tail.all;
      this.next = from === 'end' ? (log.lastPosition ?? -1) + 1 : from === 'start' ? 0 : from + 1;
    } else {
      const watched = tail.watchStream(source.name, this.wakeup.notify);
      this.unwatch = watched.unwatch;
      this.ring = watched.ring;
      this.next = from === 'end' ? log.view(source.name).lastRevision + 1 : from === 'start' ? 0 : from + 1;
    }
    call.onClose(this.wakeup.notify);
  }

  /** Runs until the call is over or the stream is tombstoned. Rejects when the log cannot be read. */
  async run(): Promise<SubscriptionEnd> {
    try {
      // Asked after the tail began to watch: a tombstone that comes later is met there.
      const { source } = this.reading.request;
      this.tombstoned = source.kind === 'stream' && this.reading.log.view(source.name).tombstoned;
      if (!this.tombstoned) this.reading.call.write(confirmationFrame(randomUUID()));
      while (!this.reading.call.finished) {
        if (this.tombstoned) return 'stream_deleted';
        if (this.ring.covers(this.next)) await this.followTail();
        else await this.catchUp();
      }
      return 'call_over';
    } finally {
      this.unwatch();
    }
  }

  private async catchUp(): Promise<void> {
    const { source } = this.reading.request;
    const missedBefore = this.ring.missesThrough;
    const page =
      source.kind === 'all'
        ? await this.reading.log.readAll(this.next, 'forward', PAGE_EVENTS, this.reading.pageBytes)
        : await this.reading.log.readStream(source.name, this.next, 'forward', PAGE_EVENTS, this.reading.pageBytes);
    if (page.records.length > 0) await this.deliver(page.records, undefined);
    // At the end of the log everything that the tail lacked when the read began has been seen, even where
    // $maxCount, $tb or a soft delete hides it and the page says nothing about how far it goes.
    this.next = Math.max(this.next, page.next, page.end ? missedBefore + 1 : 0);
  }

  private async followTail(): Promise<void> {
    const chunk = this.ring.from(this.next);
    if (chunk !== undefined) {
      // One chunk of several: it is live once the tail has nothing more for it.
      await this.deliver(chunk.records, chunk);
      this.next = chunk.next;
    } else if (!this.isLive) this.announceLive();
    else await this.wakeup.sleep();
  }

  /** Told once. With a filter a checkpoint goes before it, so that a resubscriber need not search again. */
  private announceLive(): void {
    this.isLive = true;
    if (this.reading.filter !== undefined && this.lastConsidered !== undefined) this.reading.call.write(checkpointFrame(this.lastConsidered));
    this.reading.call.write(CAUGHT_UP_FRAME);
  }

  private async deliver(records: readonly StoredRecord[], chunk: TailChunk | undefined): Promise<void> {
    const { filter, composer } = this.reading;
    // A tombstone ends a subscription to its stream instead of being delivered to it.
    this.tombstoned = this.reading.request.source.kind === 'stream' && records[records.length - 1]!.isTombstone;
    const wanted = this.tombstoned ? records.slice(0, -1) : records;
    let frames: Buffer;
    if (filter !== undefined) frames = await this.filtered(wanted, filter);
    else if (composer.isPlain && chunk !== undefined && wanted === records) frames = chunk.joined();
    else frames = await composer.compose(wanted);
    if (frames.length > 0) await send(this.reading, frames);
  }

  /** The events that match, with a checkpoint after every so many that were looked at. */
  private async filtered(records: readonly StoredRecord[], filter: EventFilter): Promise<Buffer> {
    const { window, checkpointIntervalMultiplier } = this.reading.request.filter!;
    const interval = window * checkpointIntervalMultiplier;
    const parts: Buffer[] = [];
    let matching: StoredRecord[] = [];
    for (const record of records) {
      if (filter.matches(record)) matching.push(record);
      this.lastConsidered = record.position;
      if (++this.considered < interval) continue;
      this.considered = 0;
      if (matching.length > 0) parts.push(await this.reading.composer.compose(matching));
      matching = [];
      parts.push(checkpointFrame(record.position));
    }
    if (matching.length > 0) parts.push(await this.reading.composer.compose(matching));
    return Buffer.concat(parts);
  }
}
