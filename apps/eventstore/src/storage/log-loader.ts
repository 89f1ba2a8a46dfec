import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { LogPosition } from './event-log.js';
import type { FileOps } from './file-ops.js';
import type { LogIndex } from './log-index.js';
import { LogDamagedError } from './open-errors.js';
import { RecentIds } from './recent-ids.js';
import type { SegmentColumns, SegmentEvents } from './segment-columns.js';
import { SegmentFile, listSegments } from './segment-file.js';
import type { Seal } from './segment-format.js';
import { writeSegmentIndex } from './segment-index-file.js';
import { SegmentIndexer } from './segment-indexer.js';
import type { SegmentSet } from './segment-set.js';
import { SegmentWriter } from './segment-writer.js';

export interface LoadOptions {
  rememberedEvents: number;
  openCheck: 'full' | 'tail';
  onWarning: (message: string) => void;
}

interface Tail {
  writer: SegmentWriter;
  /** Of the segment that `writer` writes. */
  columns: SegmentColumns;
}

export interface LoadedLog extends Tail {
  index: LogIndex;
  logId: Buffer;
}

/** Reads a folder into an index, and leaves its last segment ready to be written. Throws LogDamagedError. */
export class LogLoader {
  private readonly indexer: SegmentIndexer;
  /** Of the latest segments, for the remembered ids. */
  private latest: SegmentEvents[] = [];
  /** Read record by record, so that their content needs no other check. */
  private readonly scanned = new Set<LogPosition>();
  private logId: Buffer | undefined;

  constructor(
    private readonly folder: string,
    private readonly ops: FileOps,
    private readonly segments: SegmentSet,
    private readonly options: LoadOptions,
  ) {
    this.indexer = new SegmentIndexer(folder);
  }

  private get index(): LogIndex {
    return this.indexer.index;
  }

  async load(): Promise<LoadedLog> {
    const bases = await listSegments(this.folder);
    const sealed = bases.slice(0, -1);
    const work = await Promise.allSettled([this.loadSealed(sealed), this.checkSealed(sealed)]);
    for (const done of work) if (done.status === 'rejected') throw done.reason;
    const last = bases.at(-1);
    const tail = last === undefined ? await this.begin(0) : await this.resume(last);
    this.remember(tail.columns);
    this.index.recent = this.recentIds();
    this.index.durableEvents = this.index.events;
    return { ...tail, index: this.index, logId: this.id };
  }

  private get id(): Buffer {
    return (this.logId ??= randomBytes(16));
  }

  /** Opens the segment that has to begin where the one before it ends. */
  private async open(base: LogPosition): Promise<SegmentFile> {
    const due = this.segments.all.at(-1)?.end ?? 0;
    const file = await SegmentFile.open(this.ops, this.folder, base);
    const foreign = this.logId !== undefined && !this.logId.equals(file.logId);
    this.logId = file.logId;
    if (base === due && !foreign) return file;
    await file.close();
    const reason = foreign ? 'it belongs to another log' : `the segment that begins at position ${due} of the log is missing before it`;
    throw new LogDamagedError(file.path, 0, reason);
  }

  private async loadSealed(bases: readonly LogPosition[]): Promise<void> {
    for (const base of bases) {
      const file = await this.open(base);
      try {
        const seal = await file.seal();
        if (seal === undefined) throw await file.damage();
        this.remember((await this.fromIndexFile(file, seal)) ?? (await this.fromRecords(file, seal)));
      } finally {
        await file.close();
      }
      this.segments.add(base, base + file.size);
    }
  }

  /** Runs beside loading: the disk is slower than the index. */
  private async checkSealed(bases: readonly LogPosition[]): Promise<void> {
    if (this.options.openCheck === 'tail') return;
    for (const base of bases) {
      if (this.scanned.has(base)) continue;
      const file = await SegmentFile.open(this.ops, this.folder, base);
      try {
        const seal = await file.seal();
        if (seal === undefined) throw await file.damage();
        await file.checkContent(seal);
      } finally {
        await file.close();
      }
    }
  }

  private async fromIndexFile(file: SegmentFile, seal: Seal): Promise<SegmentEvents | undefined> {
    const columns = await this.indexer.fromIndexFile(file.base, seal);
    if (columns === 'absent') return undefined;
    if (columns !== 'unfit') return columns;
    this.options.onWarning(`${this.indexer.indexPath(file.base)} does not fit its segment; it is built again`);
    return undefined;
  }

  private async fromRecords(file: SegmentFile, seal: Seal): Promise<SegmentColumns> {
    this.scanned.add(file.base);
    const { columns, end } = await this.indexer.fromRecords(file);
    if (end.kind === 'bad') throw new LogDamagedError(file.path, end.faultOffset, end.reason);
    await this.writeIndexFile(columns, seal);
    return columns;
  }

  private async writeIndexFile(columns: SegmentColumns, seal: Seal): Promise<void> {
    const path = this.indexer.indexPath(columns.base);
    try {
      await writeSegmentIndex(this.ops, path, columns, seal);
    } catch (error) {
      this.options.onWarning(`${path} was not written: ${String(error)}`);
    }
  }

  private async begin(base: LogPosition): Promise<Tail> {
    const segment = this.segments.add(base, Infinity);
    const writer = await SegmentWriter.create(this.ops, segment.path, base, this.id);
    return { writer, columns: this.indexer.newColumns(base) };
  }

  /** The last segment: where a write was interrupted, that is cut off. */
  private async resume(base: LogPosition): Promise<Tail> {
    const file = await this.open(base);
    try {
      const { columns, end, appends } = await this.indexer.fromRecords(file);
      if (end.kind === 'sealed') {
        await file.sync(); // before another segment follows it
        this.segments.add(base, base + file.size);
        this.remember(columns);
        await this.writeIndexFile(columns, end.seal);
        return await this.begin(base + file.size);
      }
      const size = end.kind === 'open' ? end.end : end.offset;
      if (end.kind === 'bad') {
        if (!(await file.isInterruptedAt(size))) throw new LogDamagedError(file.path, end.faultOffset, end.reason);
        await this.cut(file, size);
      }
      const segment = this.segments.add(base, Infinity);
      const fileBytes = end.kind === 'open' ? file.size : size;
      const writer = await SegmentWriter.resume(this.ops, segment.path, { base, size, fileBytes, records: columns.events, appends });
      return { writer, columns };
    } finally {
      await file.close();
    }
  }

  private async cut(file: SegmentFile, size: number): Promise<void> {
    this.options.onWarning(`${file.path}: an interrupted write of ${file.size - size} bytes at byte ${size} is cut off; nobody was told that it succeeded`);
    const handle = await open(file.path, 'r+');
    try {
      await handle.truncate(size);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  private remember(segment: SegmentEvents): void {
    if (this.latest.at(-1) !== segment) this.latest.push(segment);
    let events = 0;
    let from = this.latest.length;
    while (from > 0 && events < this.options.rememberedEvents) events += this.latest[--from]?.events ?? 0;
    this.latest = this.latest.slice(from);
  }

  private recentIds(): RecentIds {
    const events = this.latest.reduce((sum, segment) => sum + segment.events, 0);
    const recent = new RecentIds(this.options.rememberedEvents, this.index.events - events);
    for (const segment of this.latest) {
      for (let i = 0; i < segment.events; i++) recent.add(segment.streamAt(i), segment.ids, i * 16);
    }
    return recent;
  }
}
