import { LogDamagedError, nodeFileOps } from '../storage/index.js';
import type { LogIndex } from '../storage/log-index.js';
import { LogReader } from '../storage/log-reader.js';
import { SegmentFile, listSegments } from '../storage/segment-file.js';
import { logIdText } from '../storage/segment-format.js';
import { SegmentIndexer } from '../storage/segment-indexer.js';
import { SegmentSet } from '../storage/segment-set.js';
import { refusal, type CommandRefusal } from './command-result.js';

/** A log as it was when it was opened, for reading only, also while a server goes on writing it. */
export interface ReadableLog {
  kind: 'readable';
  logId: string;
  index: LogIndex;
  reader: LogReader;
  segments: number;
  sealedSegments: number;
  /** Bytes of zeros behind the last append: room for the next ones. */
  roomAhead: number;
  close(): void;
}

/** Takes no lock and changes nothing. Throws LogDamagedError. */
export async function readLog(dir: string): Promise<ReadableLog | CommandRefusal> {
  const bases = await listSegments(dir);
  if (bases.length === 0) return refusal('folder_holds_no_log', `${dir} không có sổ sự kiện nào.`, `${dir} holds no event log.`);
  const indexer = new SegmentIndexer(dir);
  const segments = new SegmentSet(dir, nodeFileOps);
  let logId = '';
  let sealedSegments = 0;
  let end = 0;
  let roomAhead = 0;
  for (const base of bases) {
    const file = await SegmentFile.open(nodeFileOps, dir, base);
    try {
      logId = logIdText(file.logId);
      const added = await addSegment(indexer, file, base === bases.at(-1));
      if (added.sealed) sealedSegments++;
      end = base + added.bytes;
      roomAhead = added.roomAhead;
      segments.add(base, end);
    } finally {
      await file.close();
    }
  }
  const { index } = indexer;
  index.durableEvents = index.events;
  const reader = new LogReader(index, segments, end, Date.now);
  return { kind: 'readable', logId, index, reader, segments: bases.length, sealedSegments, roomAhead, close: () => segments.close() };
}

interface AddedSegment {
  sealed: boolean;
  /** Up to the end of the last append, or of the seal. */
  bytes: number;
  roomAhead: number;
}

async function addSegment(indexer: SegmentIndexer, file: SegmentFile, last: boolean): Promise<AddedSegment> {
  const seal = await file.seal();
  if (seal !== undefined) {
    const columns = await indexer.fromIndexFile(file.base, seal);
    if (columns !== 'absent' && columns !== 'unfit') return { sealed: true, bytes: file.size, roomAhead: 0 };
  }
  const { end } = await indexer.fromRecords(file, last);
  if (end.kind === 'sealed') return { sealed: true, bytes: file.size, roomAhead: 0 };
  if (end.kind === 'open' && last) return { sealed: false, bytes: end.end, roomAhead: end.zeros };
  if (end.kind === 'open') throw await file.damage();
  if (last && (await file.isInterruptedAt(end.offset))) return { sealed: false, bytes: end.offset, roomAhead: 0 };
  throw new LogDamagedError(file.path, end.faultOffset, end.reason);
}
