import type { FileOps } from './file-ops.js';

const REFRESH_EVERY_MS = 1_000;

/**
 * Keeps appends from filling the disk: asks the disk at most once a second and counts what was written since,
 * so that a write is refused before it could be torn.
 */
export class DiskSpace {
  private free = 0;
  private takenSince = 0;
  private refreshedAt = -Infinity;
  private refreshing: Promise<void> | undefined;

  constructor(
    private readonly ops: FileOps,
    private readonly folder: string,
    private readonly reserveBytes: number,
    private readonly unwrittenBytes: () => number,
  ) {}

  hasRoomFor(bytes: number): boolean {
    return this.free - this.takenSince - bytes >= this.reserveBytes;
  }

  /** Counts bytes on their way to the disk. */
  take(bytes: number): void {
    this.takenSince += bytes;
  }

  isStale(): boolean {
    return performance.now() - this.refreshedAt > REFRESH_EVERY_MS;
  }

  /** Asks the disk; those who ask at the same time share the answer. */
  refresh(): Promise<void> {
    this.refreshing ??= this.ask().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async ask(): Promise<void> {
    this.refreshedAt = performance.now();
    const before = this.takenSince;
    const unwritten = this.unwrittenBytes();
    this.free = await this.ops.freeBytes(this.folder);
    this.takenSince += unwritten - before;
  }
}
