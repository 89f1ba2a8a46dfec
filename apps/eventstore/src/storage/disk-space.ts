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
    private readonly onWarning: (message: string) => void,
  ) {}

  hasRoomFor(bytes: number): boolean {
    return this.free - this.takenSince - bytes >= this.reserveBytes;
  }

  /** A sentence for whoever is refused. */
  shortage(): string {
    return `the disk of ${this.folder} has ${this.free} bytes free; nothing is written below ${this.reserveBytes}`;
  }

  /** Counts bytes on their way to the disk. */
  take(bytes: number): void {
    this.takenSince += bytes;
  }

  /** Takes bytes that nobody waits for; false where they would come out of the reserve. */
  takeSpare(bytes: number): boolean {
    const spare = this.hasRoomFor(bytes);
    if (spare) this.take(bytes);
    return spare;
  }

  isStale(): boolean {
    return performance.now() - this.refreshedAt > REFRESH_EVERY_MS;
  }

  /** Asks the disk; those who ask at the same time share the answer. `unwrittenBytes` were taken but are not on disk yet. */
  refresh(unwrittenBytes: number): Promise<void> {
    this.refreshing ??= this.ask(unwrittenBytes).finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async ask(unwrittenBytes: number): Promise<void> {
    this.refreshedAt = performance.now();
    const before = this.takenSince;
    try {
      this.free = await this.ops.freeBytes(this.folder);
    } catch (error) {
      this.onWarning(`the free space of ${this.folder} is not known: ${String(error)}`);
      return;
    }
    // What was taken meanwhile may not be in the answer, and what waited to be written is not.
    this.takenSince += unwrittenBytes - before;
  }
}
