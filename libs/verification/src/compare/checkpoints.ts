import type { Differences } from '../differences.js';
import type { ScopedModel } from '../scope.js';

/** What is at a checkpoint's position in the log. */
interface Reached { events: bigint; time: string | undefined; last: bigint | undefined }

/** Holds each read model's checkpoint against the log: where it stands, how many events that is, and when the last was recorded. */
export class Checkpoints {
  private readonly reached: Map<string, Reached>;

  constructor(private readonly models: readonly ScopedModel[], private readonly differences: Differences) {
    this.reached = new Map(models.map(({ name }) => [name, { events: 0n, time: undefined, last: undefined }]));
  }

  /** Every event of the log, in order. */
  note(position: bigint, recordedAt: string): void {
    for (const { name, position: until } of this.models) {
      const reached = this.reached.get(name);
      if (!reached || until === undefined || position > until) continue;
      reached.events += 1n;
      reached.time = recordedAt;
      reached.last = position;
    }
  }

  /** `holds` tells whether the log has a record at a position; `logId` is the log's. */
  async finish(logId: string, holds: (position: bigint) => Promise<boolean>): Promise<void> {
    for (const model of this.models) {
      const { events, time, last } = this.reached.get(model.name) ?? { events: 0n, time: undefined, last: undefined };
      const wrong = (column: string, found: unknown, expected: unknown): void =>
        this.differences.add({ kind: 'checkpoint', projection: model.name, columns: [{ column, found: String(found ?? '∅'), expected: String(expected ?? '∅') }] });
      if (model.position !== undefined && model.logId !== logId) wrong('log_id', model.logId, logId);
      // A position need not be an event's: the store's own records have theirs.
      // Past the moment that was asked about nothing was read.
      if (!model.isWhole) continue;
      if (model.position !== undefined && model.position !== last && !(await holds(model.position))) wrong('position', model.position, last === undefined ? undefined : `${last} (the event before it)`);
      if (model.events !== events) wrong('events', model.events, events);
      if (model.position !== undefined && time !== undefined && model.eventTime !== new Date(time).toISOString()) wrong('event_time', model.eventTime, new Date(time).toISOString());
    }
  }
}
