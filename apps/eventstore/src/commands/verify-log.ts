import { readFile } from 'node:fs/promises';
import { LogDamagedError, nodeFileOps } from '../storage/index.js';
import { SegmentFile, listSegments } from '../storage/segment-file.js';
import { encodeSegmentIndex } from '../storage/segment-index-file.js';
import { SegmentIndexer, type IndexedSegment } from '../storage/segment-indexer.js';
import { SEAL_BYTES, logIdText, type Seal } from '../storage/segment-format.js';
import { ContentDigest } from '../storage/segment-writer.js';
import { refusal, type CommandRefusal } from './command-result.js';

/** A place that is not as it was written. */
export interface Fault {
  file: string;
  /** Byte in the file. */
  offset: number;
  reason: string;
}

export interface VerifyReport {
  kind: 'verified';
  /** No fault was found. */
  inOrder: boolean;
  faults: Fault[];
  logId: string;
  segments: number;
  sealedSegments: number;
  appends: number;
  events: number;
  streams: number;
  /** Of what is in order. */
  bytes: number;
  /** Bytes of zeros behind the last append: room for the next ones. */
  roomAhead: number;
  /** Index files that agree with their segment. One that is absent is no fault: it is built again. */
  indexFiles: number;
  /** Bytes at the end of a write that is under way or was interrupted; opening the log cuts them off. */
  unfinished: { file: string; offset: number; bytes: number } | undefined;
}

/**
 * Checks every record, append, seal, digest and index file of a log, also of one that a server is writing; only reads.
 * After a fault the places behind it in the same segment are not judged.
 */
export async function verifyLog(dir: string): Promise<VerifyReport | CommandRefusal> {
  const bases = await listSegments(dir);
  if (bases.length === 0) return refusal('folder_holds_no_log', `${dir} không có sổ sự kiện nào.`, `${dir} holds no event log.`);
  const verification = new Verification(dir, bases);
  return verification.run();
}

class Verification {
  private readonly indexer: SegmentIndexer;
  private readonly report: VerifyReport = {
    kind: 'verified', inOrder: true, faults: [], logId: '', segments: 0, sealedSegments: 0, appends: 0, events: 0, streams: 0,
    bytes: 0, roomAhead: 0, indexFiles: 0, unfinished: undefined,
  };
  private due = 0;

  constructor(
    private readonly dir: string,
    private readonly bases: readonly number[],
  ) {
    this.indexer = new SegmentIndexer(dir);
  }

  async run(): Promise<VerifyReport> {
    for (const [at, base] of this.bases.entries()) {
      const file = await this.open(base);
      if (file === undefined) continue;
      try {
        await this.segment(file, at === this.bases.length - 1);
      } catch (error) {
        // The file became shorter or cannot be read: a fault of this file, the others are still of interest.
        this.fault(file.path, 0, error instanceof Error ? error.message : String(error));
      } finally {
        await file.close();
      }
    }
    this.report.streams = this.indexer.index.streamsWithEvents();
    this.report.events = this.indexer.index.events;
    this.report.inOrder = this.report.faults.length === 0;
    return this.report;
  }

  private fault(file: string, offset: number, reason: string): void {
    this.report.faults.push({ file, offset, reason });
  }

  private async open(base: number): Promise<SegmentFile | undefined> {
    try {
      return await SegmentFile.open(nodeFileOps, this.dir, base);
    } catch (error) {
      if (!(error instanceof LogDamagedError)) throw error;
      this.fault(error.file, error.offset, error.reason);
      return undefined;
    }
  }

  private async segment(file: SegmentFile, last: boolean): Promise<void> {
    if (file.base !== this.due) this.fault(file.path, 0, `the segment that begins at position ${this.due} of the log is missing before it`);
    const logId = logIdText(file.logId);
    this.report.logId ||= logId;
    if (logId !== this.report.logId) this.fault(file.path, 0, 'it belongs to another log');
    const indexed = await this.indexer.fromRecords(file, last);
    const { end } = indexed;
    this.due = file.base + file.size;
    this.report.segments++;
    this.report.appends += indexed.appends;
    this.report.bytes += end.kind === 'sealed' ? file.size : end.kind === 'open' ? end.end : end.offset;
    if (end.kind === 'open' && last) this.report.roomAhead = end.zeros;
    if (end.kind === 'sealed') await this.sealed(file, indexed, end.seal);
    else if (!last && end.kind === 'open') this.fault(file.path, end.end, 'another segment follows and this one has no seal');
    else if (end.kind === 'bad') await this.bad(file, end, last);
  }

  private async bad(file: SegmentFile, end: { offset: number; faultOffset: number; reason: string }, last: boolean): Promise<void> {
    if (last && (await file.isInterruptedAt(end.offset))) {
      this.report.unfinished = { file: file.path, offset: end.offset, bytes: file.size - end.offset };
    } else this.fault(file.path, end.faultOffset, end.reason);
  }

  private async sealed(file: SegmentFile, { columns, appends }: IndexedSegment, seal: Seal): Promise<void> {
    this.report.sealedSegments++;
    const offset = file.size - SEAL_BYTES;
    if (seal.records !== columns.events || seal.appends !== appends) {
      this.fault(file.path, offset, `the seal counts ${seal.appends} appends of ${seal.records} records, there are ${appends} of ${columns.events}`);
    }
    const content = new ContentDigest();
    await file.readThrough(offset, (chunk) => content.update(chunk));
    if (content.crc !== seal.contentCrc || !content.digest().equals(seal.digest)) {
      this.fault(file.path, offset, 'the content does not match the digest in the seal');
    }
    const path = this.indexer.indexPath(file.base);
    const stored = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (stored === undefined) return;
    const expected = encodeSegmentIndex(columns, seal);
    if (stored.equals(expected)) this.report.indexFiles++;
    else this.fault(path, firstDifference(stored, expected), 'the index file does not agree with its segment; delete it, it is built again');
  }
}

function firstDifference(a: Buffer, b: Buffer): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) if (a[at] !== b[at]) return at;
  return shorter;
}
