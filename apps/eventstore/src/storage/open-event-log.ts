import { randomUUID } from 'node:crypto';
import { DiskSpace } from './disk-space.js';
import { DurableEventLog } from './durable-event-log.js';
import type { EventLog, OpenOptions, ProposedEvent } from './event-log.js';
import { nodeFileOps, type FileOps } from './file-ops.js';
import { FolderLock } from './folder-lock.js';
import { LogFolder } from './log-folder.js';
import type { LogIndex } from './log-index.js';
import { LogLoader } from './log-loader.js';
import { logPlace } from './log-place.js';
import { LogReader } from './log-reader.js';
import { LogUnusableError } from './open-errors.js';
import { DEFAULT_RECENT_EVENTS } from './recent-ids.js';
import { SegmentSet } from './segment-set.js';
import { describedStream, isMetadataStream, parseMetadata } from './stream-metadata.js';

const MIB = 1 << 20;
const DEFAULT_SEGMENT_BYTES = 64 * MIB;
const SMALLEST_SEGMENT_BYTES = 4 << 10;
const LARGEST_SEGMENT_BYTES = 1_024 * MIB;
const DEFAULT_MAX_QUEUED_BYTES = 64 * MIB;
const DEFAULT_DISK_RESERVE_BYTES = 256 * MIB;

/** Opens the log in `dir`, creating both where absent. Throws LogLockedError, LogDamagedError or LogUnusableError. */
export async function openEventLog(dir: string, options: OpenOptions = {}): Promise<EventLog> {
  checkOptions(options);
  const folder = await logPlace(dir);
  const lock = await FolderLock.acquire(folder);
  try {
    const log = await load(folder, lock, options);
    await writeFirstEvents(log);
    return log;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function checkOptions(options: OpenOptions): void {
  const { segmentBytes = DEFAULT_SEGMENT_BYTES, rememberedEvents = DEFAULT_RECENT_EVENTS } = options;
  if (segmentBytes < SMALLEST_SEGMENT_BYTES || segmentBytes > LARGEST_SEGMENT_BYTES) {
    throw new LogUnusableError(`segments have ${SMALLEST_SEGMENT_BYTES} to ${LARGEST_SEGMENT_BYTES} bytes, not ${segmentBytes}`);
  }
  if (rememberedEvents < 1 || rememberedEvents > 1 << 26 || !Number.isInteger(Math.log2(rememberedEvents))) {
    throw new LogUnusableError(`the number of remembered events is a power of two up to 2^26, not ${rememberedEvents}`);
  }
}

function ignore(): void {
  // An embedder that gave no listener does not want to hear of it.
}

async function load(folder: string, lock: FolderLock, options: OpenOptions): Promise<EventLog> {
  const ops: FileOps = options.fileOps ?? nodeFileOps;
  const clock = options.clock ?? Date.now;
  const onWarning = options.onWarning ?? ignore;
  const segments = new SegmentSet(folder, ops);
  const loader = new LogLoader(folder, ops, segments, {
    rememberedEvents: options.rememberedEvents ?? DEFAULT_RECENT_EVENTS,
    openCheck: options.openCheck ?? 'full',
    onWarning,
  });
  const { index, logId, writer, columns } = await loader.load();
  const reader = new LogReader(index, segments, writer.end, clock);
  loadMetadata(index, reader);
  const disk = new DiskSpace(ops, folder, options.diskReserveBytes ?? DEFAULT_DISK_RESERVE_BYTES, onWarning);
  await disk.refresh(0);
  return new DurableEventLog({
    index,
    reader,
    folder: new LogFolder({ path: folder, ops, lock, logId, segments, writer, columns, onWarning }),
    disk,
    segmentBytes: options.segmentBytes ?? DEFAULT_SEGMENT_BYTES,
    maxQueuedBytes: options.maxQueuedBytes ?? DEFAULT_MAX_QUEUED_BYTES,
    clock,
    lastCreatedMs: index.events === 0 ? 0 : Number(reader.recordNow(index.events - 1).createdTicks / 10_000n),
    onFailed: options.onFailed ?? ignore,
    onFlush: options.onFlush ?? ignore,
  });
}

/** What holds for a stream is the last event of its metadata stream. */
function loadMetadata(index: LogIndex, reader: LogReader): void {
  for (const [name, stream] of index.streamNames()) {
    const last = index.latestRevision(stream);
    if (last < 0 || !isMetadataStream(name)) continue;
    const event = index.revisions.eventNumber(stream, last);
    const record = reader.recordNow(event);
    index.setMetadata(describedStream(name), event, parseMetadata(record.contentType, record.data()), record.data());
  }
}

/** EventStoreDB's `$all` is never empty: an administrator is made when the log is. */
async function writeFirstEvents(log: EventLog): Promise<void> {
  const admin = JSON.stringify({
    loginName: 'admin', fullName: 'Event Store Administrator', groups: ['$admins'], disabled: false,
  });
  const events: [string, ProposedEvent][] = [
    ['$user-admin', systemEvent('$UserCreated', 'application/json', admin)],
    ['$users', systemEvent('$User', 'application/octet-stream', 'admin')],
  ];
  for (const [stream, event] of events) {
    if (log.view(stream).exists || log.view(stream).tombstoned) continue;
    const outcome = await log.append(stream, 'no_stream', [event]);
    if (outcome.kind !== 'appended') throw new LogUnusableError(`the first events could not be written: ${JSON.stringify(outcome)}`);
  }
}

function systemEvent(type: string, contentType: string, data: string): ProposedEvent {
  const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex');
  return { id, type, contentType, data: Buffer.from(data), customMetadata: Buffer.alloc(0) };
}
