import { join } from 'node:path';
import type { LogPosition } from './event-log.js';
import { IndexingVisitor } from './indexing-visitor.js';
import { LogIndex } from './log-index.js';
import { SegmentColumns, type SegmentEvents } from './segment-columns.js';
import type { SegmentFile } from './segment-file.js';
import { segmentIndexFileName, type Seal } from './segment-format.js';
import { StoredSegmentIndex, readIndexFile } from './segment-index-file.js';
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
  async fromIndexFile(base: LogPosition, seal: Seal): Promise<SegmentEvents | 'absent' | 'unfit'> {
    const bytes = await readIndexFile(this.indexPath(base));
    if (bytes === undefined) return 'absent';
    const { events: firstEvent, streams: firstStream } = this.index;
    const stored = StoredSegmentIndex.decode(bytes, seal, { base, firstEvent, firstStream });
    if (stored === undefined) return 'unfit';
    for (const name of stored.names) this.index.intern(name);
    this.index.takeNewNames();
    let tombstone = 0;
    for (let i = 0; i < stored.events; i++) {
      const position = base + stored.offsetAt(i);
      if (stored.tombstones[tombstone] === i) {
        this.index.addTombstone(stored.streamAt(i), position);
        tombstone++;
      } else this.index.add(stored.streamAt(i), position);
    }
    return stored;
  }

  /** Adds what is in order; `end` says how far that is. `besideWriter`: a server may be writing the file. */
  async fromRecords(file: SegmentFile, besideWriter = false): Promise<IndexedSegment> {
    const columns = this.newColumns(file.base);
    const visitor = new IndexingVisitor(this.index, columns);
    const end = await (besideWriter ? file.scanBesideWriter(visitor) : file.scan(visitor));
    // Names first seen in a segment that is still written go on to belong to it.
    if (end.kind === 'sealed') columns.names = this.index.takeNewNames();
    return { columns, end, appends: visitor.appends };
  }
}
