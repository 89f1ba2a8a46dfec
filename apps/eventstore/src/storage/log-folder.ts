import { join } from 'node:path';
import type { FileOps } from './file-ops.js';
import type { FolderLock } from './folder-lock.js';
import type { WriteUnit } from './group-writer.js';
import type { RoomWanted } from './room-ahead.js';
import type { SegmentColumns } from './segment-columns.js';
import { logIdText, segmentIndexFileName } from './segment-format.js';
import { writeSegmentIndex } from './segment-index-file.js';
import { type SegmentSet } from './segment-set.js';
import { SegmentWriter } from './segment-writer.js';

export interface FolderParts {
  path: string;
  ops: FileOps;
  lock: FolderLock;
  logId: Buffer;
  segments: SegmentSet;
  writer: SegmentWriter;
  /** Of the segment that is being written. */
  columns: SegmentColumns;
  onWarning: (message: string) => void;
}

/** The files of an open log: writes units to the last segment and begins the next one. */
export class LogFolder {
  private writer: SegmentWriter;
  private indexing: Promise<void> = Promise.resolve();

  constructor(private readonly parts: FolderParts) {
    this.writer = parts.writer;
  }

  get segments(): SegmentSet {
    return this.parts.segments;
  }

  get columns(): SegmentColumns {
    return this.parts.columns;
  }

  get logId(): string {
    return logIdText(this.parts.logId);
  }

  /** Writes a unit and makes it durable. Returns performance.now() of when it was written and not yet durable. */
  async write(unit: WriteUnit): Promise<number> {
    if (unit.bytes === 0) return performance.now();
    await this.writer.write(unit.buffer, unit.bytes, unit.records, unit.appends);
    const written = performance.now();
    await this.writer.sync();
    return written;
  }

  /** Has room made for the appends to come, beside them. */
  makeRoom(segmentBytes: number, take: RoomWanted['take']): void {
    const { segments, onWarning } = this.parts;
    const path = segments.all.at(-1)?.path ?? '';
    this.writer.makeRoom(segmentBytes, take)?.catch((error: unknown) => {
      onWarning(`no room is made ahead of the appends to ${path}, they only take longer: ${String(error)}`);
    });
  }

  /** Seals the segment, whose index is made of `finished`, and begins the next. */
  async beginSegment(finished: SegmentColumns): Promise<void> {
    const { ops, path, segments, logId, onWarning } = this.parts;
    const seal = await this.writer.seal();
    const sealed = segments.all.at(-1);
    if (sealed === undefined) throw new Error('no segment is being written');
    const base = this.writer.end;
    sealed.end = base;
    const next = segments.add(base, Infinity);
    this.writer = await SegmentWriter.create(ops, next.path, base, logId);
    // Not needed before the log is opened again, and only to do that faster.
    this.indexing = this.indexing
      .then(() => writeSegmentIndex(ops, join(path, segmentIndexFileName(finished.base)), finished, seal))
      .catch((error: unknown) => onWarning(`the index of ${sealed.path} was not written: ${String(error)}`));
  }

  async close(): Promise<void> {
    await this.indexing;
    try {
      await this.writer.close();
    } finally {
      this.parts.segments.close();
      await this.parts.lock.release();
    }
  }
}

