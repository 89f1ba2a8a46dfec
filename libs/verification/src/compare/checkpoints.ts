import type { Differences } from '../differences.js';
import type { ScopedModel } from '../scope.js';

/** What is at a checkpoint's position in the log. */
interface Reached { readonly name: string; readonly until: number; events: number; time: string | undefined; last: bigint | undefined }

/** Holds each read model's checkpoint against the log: where it stands, how many events that is, and when the last was recorded. */
export class Checkpoints {
  private readonly reached: readonly Reached[];

  constructor(private readonly models: readonly ScopedModel[], private readonly differences: Differences) {
    this.reached = models.map(({ name, position }) => ({ name, until: Number(position ?? -1n), events: 0, time: undefined, last: undefined }));
  }

  /** Every event of the log, in order. */
  note(position: bigint, recordedAt: string): void {
    const at = Number(position);
    for (const reached of this.reached) {
      if (at > reached.until) continue;
      reached.events += 1;
      reached.time = recordedAt;
      reached.last = position;
    }
  }

  /** `holds` tells whether the log has a record at a position; `logId` is the log's. */
  async finish(logId: string, holds: (position: bigint) => Promise<boolean>): Promise<void> {
    for (const model of this.models) {
      const { events, time, last } = this.reached.find(({ name }) => name === model.name)!;
      const wrong = (column: string, found: unknown, expected: unknown): void =>
        this.differences.add({ kind: 'checkpoint', projection: model.name, columns: [{ column, found: String(found ?? '∅'), expected: String(expected ?? '∅') }] });
      if (model.position !== undefined && model.logId !== logId) wrong('log_id', model.logId, logId);
      // A position need not be an event's: the store's own records have theirs.
      // Past the moment that was asked about nothing was read.
      if (!model.isWhole) continue;
      if (model.position !== undefined && model.position !== last && !(await holds(model.position))) wrong('position', model.position, last === undefined ? undefined : `${last} (the event before it)`);
      if (model.events !== BigInt(events)) wrong('events', model.events, events);
      if (model.position !== undefined && time !== undefined && model.eventTime !== new Date(time).toISOString()) wrong('event_time', model.eventTime, new Date(time).toISOString());
    }
  }
}
