import { join } from 'node:path';
import type { LogPosition } from './event-log.js';
import { IndexingVisitor } from './indexing-visitor.js';
import { LogIndex } from './log-index.js';
import { SegmentColumns } from './segment-columns.js';
import type { SegmentFile } from './segment-file.js';
import { segmentIndexFileName, type Seal } from './segment-format.js';
import { decodeSegmentIndex, readIndexFile } from './segment-index-file.js';
import type { ScanEnd } from './segment-scan.js';

export interface IndexedSegment {
  columns: SegmentColumns;
  end: ScanEnd;
  appends: number;
}

/** Adds segments to an index, in log order: from the index file where it fits, from the records otherwise. */
export class SegmentIndexer {
  readonly index = new LogIndex();

  constructor(private readonly folder: string) {}

  newColumns(base: LogPosition): SegmentColumns {
    return new SegmentColumns(base, this.index.events, this.index.streams);
  }

  indexPath(base: LogPosition): string {
    return join(this.folder, segmentIndexFileName(base));
  }

  /** 'unfit' where the file is not the index of this segment; nothing was added then. */
  async fromIndexFile(base: LogPosition, seal: Seal): Promise<SegmentColumns | 'absent' | 'unfit'> {
    const bytes = await readIndexFile(this.indexPath(base));
    if (bytes === undefined) return 'absent';
    const columns = decodeSegmentIndex(bytes, seal, this.newColumns(base));
    if (columns === undefined) return 'unfit';
    for (const name of columns.names) this.index.intern(name);
    this.index.takeNewNames();
    let tombstone = 0;
    for (let i = 0; i < columns.events; i++) {
      const position = base + (columns.offsets[i] ?? 0);
      if (columns.tombstones[tombstone] === i) {
        this.index.addTombstone(columns.streams[i] ?? 0, position);
        tombstone++;
      } else this.index.add(columns.streams[i] ?? 0, position);
    }
    return columns;
  }

  /** Adds what is in order; `end` says how far that is. */
  async fromRecords(file: SegmentFile): Promise<IndexedSegment> {
    const columns = this.newColumns(file.base);
    const visitor = new IndexingVisitor(this.index, columns);
    const end = await file.scan(visitor);
    // Names first seen in a segment that is still written go on to belong to it.
    if (end.kind === 'sealed') columns.names = this.index.takeNewNames();
    return { columns, end, appends: visitor.appends };
  }
}
