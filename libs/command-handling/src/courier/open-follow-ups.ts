import type { RecordedEvent } from '@ledger/kernel';
import { followUpOf, type FollowUp } from '@ledger/fund-ledger';

export interface OpenFollowUp {
  readonly followUp: FollowUp;
  readonly leading: RecordedEvent;
  /** Position of the event before the leading one: reading on from there sees it again. */
  readonly resumeAfter: bigint;
  /** `performance.now()` before which it is left to the handler, or to its next attempt. */
  notBefore: number;
}

/** Leading events whose follower has not come by in the log yet, oldest first. */
export class OpenFollowUps {
  private readonly open = new Map<string, OpenFollowUp>();

  constructor(private readonly graceMs: number) {}

  get size(): number {
    return this.open.size;
  }

  /** `before`: position of the event before this one. */
  see(event: RecordedEvent, before: bigint, now: number): void {
    this.open.delete(event.metadata.commandId);
    const followUp = followUpOf(event);
    if (followUp) this.open.set(followUp.commandId, { followUp, leading: event, resumeAfter: before, notBefore: now + this.graceMs });
  }

  done(item: OpenFollowUp): void {
    this.open.delete(item.followUp.commandId);
  }

  due(now: number): OpenFollowUp[] {
    return [...this.open.values()].filter((item) => item.notBefore <= now);
  }

  /** From where somebody else would have to read on; `caughtUpTo` where nothing is open. */
  resumeAfter(caughtUpTo: bigint): bigint {
    for (const item of this.open.values()) return item.resumeAfter;
    return caughtUpTo;
  }
}
