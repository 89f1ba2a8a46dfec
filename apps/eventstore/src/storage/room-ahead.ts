import type { FileOps } from './file-ops.js';

const SMALLEST_STEP_BYTES = 256 << 10;
/** An fdatasync beside a step of zeros takes as long as they do: larger steps make the slowest appends slower. */
const LARGEST_STEP_BYTES = 1 << 20;
const BLOCK_BYTES = 4 << 10;

/** What may be written ahead. */
export interface RoomWanted {
  /** File offset after the last append. */
  size: number;
  /** Bytes the file may have. */
  limit: number;
  /** The larger the log, the larger the steps: a small one takes little of the disk. */
  logBytes: number;
  /** Whether the disk has these bytes to spare; where it has, they count as taken. */
  take: (bytes: number) => boolean;
}

/**
 * Zeros written ahead of the appends. An append then overwrites blocks that the file has already, and making it durable
 * is writing its data; where the file grows, fdatasync waits for the file system's journal as well.
 *
 * The zeros are a convenience: where they cannot be written, appends make the file longer as they come.
 */
export class RoomAhead {
  private filling: Promise<void> | undefined;
  private settling: Promise<void> | undefined;
  private refused = false;
  /** File offset that zeros may have reached, also those of a write that failed. */
  reached: number;

  /** @param end  file offset before which the file has its blocks */
  constructor(
    private readonly ops: FileOps,
    private readonly path: string,
    private end: number,
  ) {
    this.reached = end;
  }

  /** Undefined where bytes up to `offset` may be written at once; otherwise to be waited for, or zeros come over them. */
  clearUpTo(offset: number): Promise<void> | undefined {
    return offset > this.end ? this.filling : undefined;
  }

  /**
   * Begins to write zeros where less than half a step is left. The promise rejects where the disk refuses; then there
   * is no further try.
   */
  extend(wanted: RoomWanted): Promise<void> | undefined {
    if (this.settling !== undefined || this.refused) return undefined;
    const step = Math.min(LARGEST_STEP_BYTES, Math.max(SMALLEST_STEP_BYTES, wanted.logBytes));
    const from = Math.max(this.end, wanted.size);
    const to = Math.min(wanted.limit, Math.ceil((from + step) / BLOCK_BYTES) * BLOCK_BYTES);
    if (from - wanted.size > step / 2 || to <= from || !wanted.take(to - from)) return undefined;
    this.reached = to;
    const written = this.writeZeros(from, to);
    const work = written.then((fd) => this.makeDurable(fd));
    const refuse = (): void => void (this.refused = true); // whoever called hears why
    this.filling = written.then(() => void (this.end = to), refuse).finally(() => (this.filling = undefined));
    this.settling = work.catch(refuse).finally(() => (this.settling = undefined));
    return work;
  }

  /** Resolves when no zeros are on their way. */
  async settled(): Promise<void> {
    await this.settling;
  }

  /** On a descriptor of its own: the kernel tells each of a failure once, and that of the appends must not miss theirs. */
  private async writeZeros(from: number, to: number): Promise<number> {
    const fd = await this.ops.open(this.path, 'r+');
    try {
      await this.ops.write(fd, Buffer.alloc(to - from), 0, to - from, from);
      return fd;
    } catch (error) {
      await this.ops.close(fd);
      throw error;
    }
  }

  private async makeDurable(fd: number): Promise<void> {
    try {
      await this.ops.fdatasync(fd);
    } finally {
      await this.ops.close(fd);
    }
  }
}
