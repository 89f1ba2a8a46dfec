import type { EventLog } from '../storage/index.js';
import type { GrpcCall } from '../transport/grpc-call.js';
import type { ReadRequest } from '../wire/read-request.js';
import type { EventFilter } from './event-filter.js';
import type { FrameComposer } from './frame-composer.js';

/** Events asked of the log at once; a page ends earlier when its bytes do. */
export const PAGE_EVENTS = 4_096;

/** What a read or a subscription works with. */
export interface Reading {
  log: EventLog;
  call: GrpcCall;
  request: ReadRequest;
  filter: EventFilter | undefined;
  composer: FrameComposer;
  /** Bytes asked of the log at once. */
  pageBytes: number;
  countSent(bytes: number): void;
}

/** Writes event frames; resolves when the client is ready for more, or when the call is over. */
export async function send(reading: Reading, frames: Buffer): Promise<void> {
  reading.countSent(frames.length);
  if (!reading.call.write(frames)) await new Promise<void>((resolve) => reading.call.onDrain(resolve));
}
