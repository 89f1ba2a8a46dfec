import type { ServerLimits } from '../limits.js';
import type { Connection } from '../transport/connection.js';

/**
 * Counts appends that wait for the disk, per connection and overall. Where there is no room, readers of batch
 * appends stop reading their streams; HTTP/2 flow control then stops the clients. Nothing is refused for it.
 */
export class AppendBudget {
  private inFlightBytes = 0;
  private gatheringBytes = 0;
  private readonly waiting = new Map<Connection, Set<() => void>>();

  constructor(private readonly limits: ServerLimits) {}

  get bytesInFlight(): number {
    return this.inFlightBytes;
  }

  take(connection: Connection, bytes: number): void {
    connection.inFlightAppends++;
    connection.inFlightBytes += bytes;
    this.inFlightBytes += bytes;
  }

  release(connection: Connection, bytes: number): void {
    const wasFull = this.isFullOverall;
    connection.inFlightAppends--;
    connection.inFlightBytes -= bytes;
    this.inFlightBytes -= bytes;
    if (this.waiting.size === 0) return;
    if (wasFull) {
      if (!this.isFullOverall) for (const waiter of [...this.waiting.keys()]) this.wake(waiter);
    } else this.wake(connection);
  }

  hasRoom(connection: Connection): boolean {
    return !this.isFullOverall && !this.isFull(connection);
  }

  /** Runs once when the connection may go on. */
  whenRoom(connection: Connection, proceed: () => void): void {
    const waiters = this.waiting.get(connection);
    if (waiters === undefined) this.waiting.set(connection, new Set([proceed]));
    else waiters.add(proceed);
  }

  /** Forgets a waiter whose call is over. */
  forget(connection: Connection, proceed: () => void): void {
    const waiters = this.waiting.get(connection);
    if (waiters?.delete(proceed) && waiters.size === 0) this.waiting.delete(connection);
  }

  /** Reserves room for a part of an append that is still arriving; false where the server has none. */
  gather(bytes: number): boolean {
    if (this.gatheringBytes + bytes > this.limits.maxGatheringBytes) return false;
    this.gatheringBytes += bytes;
    return true;
  }

  gathered(bytes: number): void {
    this.gatheringBytes -= bytes;
  }

  private get isFullOverall(): boolean {
    return this.inFlightBytes >= this.limits.maxInFlightBytesOverall;
  }

  private isFull(connection: Connection): boolean {
    return connection.inFlightAppends >= this.limits.maxInFlightAppends || connection.inFlightBytes >= this.limits.maxInFlightBytes;
  }

  private wake(connection: Connection): void {
    if (this.isFull(connection)) return;
    const waiters = this.waiting.get(connection);
    if (waiters === undefined) return;
    this.waiting.delete(connection);
    for (const proceed of waiters) proceed();
  }
}
