import type { LogPosition } from './event-log.js';
import type { LogIndex } from './log-index.js';
import type { SegmentColumns } from './segment-columns.js';
import type { AppendHeader } from './segment-format.js';
import type { ScanVisitor } from './segment-scan.js';
import { RecordView } from './stored-record.js';

const ID_OFFSET = 16;

/** Builds the index from the records of one segment, and checks that each continues what came before. */
export class IndexingVisitor implements ScanVisitor {
  appends = 0;

  constructor(
    private readonly index: LogIndex,
    private readonly columns: SegmentColumns,
  ) {}

  append(header: AppendHeader): string | undefined {
    this.appends++;
    return header.flushStart <= header.position ? undefined : 'an append says that it was written later than it is placed';
  }

  record(source: Buffer, at: number, position: LogPosition): string | undefined {
    const record = new RecordView(source, at, position);
    const name = record.stream;
    const stream = this.index.intern(name);
    const tombstone = record.isTombstone;
    const next = this.index.latestRevision(stream) + 1;
    if (!tombstone && record.revision !== next) return `revision ${record.revision} of ${name} is here and ${next} is due`;
    if (tombstone) this.index.addTombstone(stream, position);
    else this.index.add(stream, position);
    this.columns.add(position - this.columns.base, stream, source, at + ID_OFFSET, tombstone);
    return undefined;
  }
}
