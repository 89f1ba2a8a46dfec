import type { RecordedEvent } from '@ledger/kernel';

/**
 * The commands that this process is handling. Whatever is read from the log while one is in flight is held against it:
 * another process may have booked the same command, and then it must not be booked again.
 */
export class CommandsInFlight<Pending extends { noteBooked(event: RecordedEvent): void }> {
  private readonly pending = new Map<string, Pending>();

  all(): Iterable<Pending> {
    return this.pending.values();
  }

  get size(): number {
    return this.pending.size;
  }

  get(commandId: string): Pending | undefined {
    return this.pending.get(commandId);
  }

  enter(commandId: string, pending: Pending): void {
    this.pending.set(commandId, pending);
  }

  leave(commandId: string): void {
    this.pending.delete(commandId);
  }

  /** To be called for every event that enters a fold by being read. */
  noteRead(event: RecordedEvent): void {
    this.pending.get(event.metadata.commandId)?.noteBooked(event);
  }
}
