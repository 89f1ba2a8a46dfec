import type { CommandRefusal } from './command-result.js';
import { readLog } from './read-log.js';

export interface StatReport {
  kind: 'counted';
  logId: string;
  events: number;
  /** Streams that have events, metadata streams among them. */
  streams: number;
  segments: number;
  sealedSegments: number;
  /** Up to the end of the last append. */
  bytes: number;
  /** Bytes of zeros behind it in the last segment: room for the next appends. */
  roomAhead: number;
  firstPosition: number | undefined;
  lastPosition: number | undefined;
  /** ISO 8601, UTC. */
  firstWrittenAt: string | undefined;
  lastWrittenAt: string | undefined;
}

/** What is inside a log, also of one that a server is writing; only reads. Throws LogDamagedError. */
export async function statLog(dir: string): Promise<StatReport | CommandRefusal> {
  const log = await readLog(dir);
  if (log.kind === 'refused') return log;
  const { index, reader } = log;
  const createdAt = (event: number): string => new Date(Number(reader.recordNow(event).createdTicks / 10_000n)).toISOString();
  const last = index.events - 1;
  const report: StatReport = {
    kind: 'counted',
    logId: log.logId,
    events: index.events,
    streams: index.streamsWithEvents(),
    segments: log.segments,
    sealedSegments: log.sealedSegments,
    bytes: reader.durableEnd,
    roomAhead: log.roomAhead,
    firstPosition: last < 0 ? undefined : index.positions.at(0),
    lastPosition: last < 0 ? undefined : index.positions.at(last),
    firstWrittenAt: last < 0 ? undefined : createdAt(0),
    lastWrittenAt: last < 0 ? undefined : createdAt(last),
  };
  log.close();
  return report;
}
