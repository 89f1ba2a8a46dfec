import { BACKWARDS, END, EventStoreDBClient, type AllStreamRecordedEvent, type Position, type RecordedEvent } from '@eventstore/db-client';
import { LOG_STREAM } from '@ledger/event-store';
import type { StoredRecord } from '../storage/index.js';
import { appendExactly } from './byte-exact-append.js';
import { refusal, type CommandRefusal } from './command-result.js';
import { readLog, type ReadableLog } from './read-log.js';

export interface CopyReport {
  kind: 'copied';
  /** Events appended by this run. */
  events: number;
  /** Events that an earlier run had brought over. */
  alreadyThere: number;
  /** Not copied: events of streams whose name begins with `$`, metadata of streams among them, tombstones, and the log's own id. */
  leftBehind: number;
}

export interface CopyProgress {
  done: number;
  total: number;
}

const PAGE_EVENTS = 1_000;
const PAGE_BYTES = 1 << 20;
/** Below a cluster's default limit of 1 MiB an append. */
const RUN_BYTES = 900_000;
const RUN_EVENTS = 500;
const LOOK_BACK_EVENTS = 32;

/**
 * Appends every event of a log to another EventStoreDB, in the order of the log across all streams, with its id, type,
 * content type and the bytes of data and metadata. Where it was interrupted it goes on: the last event at the
 * destination says how far it came. The log should not be written meanwhile: what comes later needs another run.
 */
export async function copyLog(dir: string, connectionString: string, onProgress?: (progress: CopyProgress) => void): Promise<CopyReport | CommandRefusal> {
  const log = await readLog(dir);
  if (log.kind === 'refused') return log;
  const client = EventStoreDBClient.connectionString(connectionString);
  try {
    const start = await resumeAt(log, client);
    if (typeof start !== 'number') return start;
    return await copyFrom(log, client, start, onProgress ?? (() => undefined));
  } finally {
    log.close();
    await client.dispose();
  }
}

function staysBehind(record: StoredRecord): boolean {
  return record.isTombstone || isOfOneLog(record.stream);
}

/**
 * System streams, and the one in which a ledger has named its log: at the destination every position is another, so a
 * ledger there has to see another log, or it would take places of this one for its own.
 */
function isOfOneLog(stream: string): boolean {
  return stream.startsWith('$') || stream === LOG_STREAM;
}

/** Number of the first event that is not at the destination. */
async function resumeAt(log: ReadableLog, client: EventStoreDBClient): Promise<number | CommandRefusal> {
  const last = await lastCopied(client);
  if (last === undefined) return 0;
  if ('kind' in last) return last;
  const { index, reader } = log;
  const stream = index.streamNumber(last.streamId);
  const revision = Number(last.revision);
  if (stream !== undefined && revision <= index.latestRevision(stream)) {
    const event = index.revisions.eventNumber(stream, revision);
    if (reader.carriesId(event, Buffer.from(last.id.replaceAll('-', ''), 'hex'))) return event + 1;
  }
  return refusal(
    'destination_is_another_log',
    `Máy chủ đích đã có sự kiện không thuộc sổ này (luồng ${last.streamId}, số ${revision}); không có gì được ghi.`,
    `The destination already holds an event that is not of this log (stream ${last.streamId}, revision ${revision}); nothing was written.`,
  );
}

/** Reads backward in short pages, each to its end: the client never closes a read that was left before its end. */
async function lastCopied(client: EventStoreDBClient): Promise<RecordedEvent | CommandRefusal | undefined> {
  try {
    for (let from: typeof END | Position = END; ; ) {
      const page: AllStreamRecordedEvent[] = [];
      for await (const { event } of client.readAll({ direction: BACKWARDS, fromPosition: from, maxCount: LOOK_BACK_EVENTS })) if (event) page.push(event);
      const last = page.find(({ streamId, type }) => !isOfOneLog(streamId) && type !== '$streamDeleted');
      const oldest = page.at(-1);
      if (last !== undefined || oldest === undefined) return last;
      from = oldest.position;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refusal('destination_cannot_be_read', `Không đọc được máy chủ đích: ${reason}`, `The destination cannot be read: ${reason}`);
  }
}

async function copyFrom(log: ReadableLog, client: EventStoreDBClient, start: number, onProgress: (progress: CopyProgress) => void): Promise<CopyReport | CommandRefusal> {
  const { index, reader } = log;
  const total = index.events;
  let copied = 0;
  let leftBehind = 0;
  let done = start;
  let from = start < total ? index.positions.at(start) : reader.durableEnd;
  for (let end = false; !end; ) {
    const page = await reader.readAll(from, 'forward', PAGE_EVENTS, PAGE_BYTES);
    for (const run of runsOf(page.records.filter((record) => !staysBehind(record)))) {
      const refused = await appendRun(client, run);
      if (refused !== undefined) return refused;
      copied += run.length;
    }
    leftBehind += page.records.filter(staysBehind).length;
    done += page.records.length;
    onProgress({ done, total });
    ({ end, next: from } = page);
  }
  const before = await countBefore(log, start);
  return { kind: 'copied', events: copied, alreadyThere: before.copied, leftBehind: leftBehind + before.leftBehind };
}

/** Neighbours of the same stream go in one append: the order across streams stays. */
function runsOf(records: readonly StoredRecord[]): StoredRecord[][] {
  const runs: StoredRecord[][] = [];
  let bytes = 0;
  for (const record of records) {
    const run = runs.at(-1);
    const size = record.data().length + record.customMetadata().length;
    if (run !== undefined && run[0]?.stream === record.stream && run.length < RUN_EVENTS && bytes + size <= RUN_BYTES) {
      run.push(record);
      bytes += size;
    } else {
      runs.push([record]);
      bytes = size;
    }
  }
  return runs;
}

async function appendRun(client: EventStoreDBClient, run: readonly StoredRecord[]): Promise<CommandRefusal | undefined> {
  const first = run[0];
  if (first === undefined) return undefined;
  const { stream, revision } = first;
  const place = `${stream}@${revision}`;
  try {
    const conflict = await appendExactly(client, stream, revision === 0 ? 'no_stream' : revision - 1, run);
    if (conflict === undefined) return undefined;
    return refusal(
      'destination_is_another_log',
      `Luồng ${stream} ở máy chủ đích đang ở số ${conflict.current}, không khớp với số ${revision} của sổ này; việc chép dừng tại đây.`,
      `Stream ${stream} is at ${conflict.current} at the destination, where this log goes on with ${revision}; the copy stops here.`,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refusal(
      'destination_refused_an_append',
      `Máy chủ đích không nhận ${place}: ${reason}. Chạy lại lệnh để tiếp tục.`,
      `The destination did not take ${place}: ${reason}. Run the command again to go on.`,
    );
  }
}

async function countBefore(log: ReadableLog, start: number): Promise<{ copied: number; leftBehind: number }> {
  const counts = { copied: 0, leftBehind: 0 };
  let from = 0;
  for (let seen = 0; seen < start; ) {
    const page = await log.reader.readAll(from, 'forward', Math.min(PAGE_EVENTS, start - seen), PAGE_BYTES);
    for (const record of page.records) counts[staysBehind(record) ? 'leftBehind' : 'copied']++;
    seen += page.records.length;
    from = page.next;
  }
  return counts;
}
