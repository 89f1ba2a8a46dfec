import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '@ledger/kernel';
import type { DataSource } from 'typeorm';
import { ensureProjections, inTransaction, projectorDataSource, readBuilds } from '../../src/index.js';
import type { Projection } from '../../src/index.js';
import { writeStretch } from '../../src/build-writer.js';
import { finishBuild } from '../../src/finish-build.js';

/** Creates the tables of projections, with the indexes that they have once they have caught up. */
export async function finishedProjections(database: DataSource, projections: readonly Projection[]): Promise<void> {
  await ensureProjections(database, projections);
  for (const build of await readBuilds(database)) await finishBuild(database, projections.find(({ name }) => name === build.name)!, build);
}

/** A log made by hand, for specs of projections: positions and revisions as the store would give them. */
export class HandMadeLog {
  readonly events: RecordedEvent[] = [];
  private readonly revisions = new Map<string, bigint>();

  add(stream: string, type: string, data: object, metadata: { readonly source?: { readonly set: string; readonly seq: string }; readonly recordedAt?: string } = {}): RecordedEvent {
    const revision = (this.revisions.get(stream) ?? -1n) + 1n;
    this.revisions.set(stream, revision);
    const commandId = randomUUID();
    const event: RecordedEvent = {
      stream, revision, position: BigInt(this.events.length + 1) * 100n, id: randomUUID(), type, data: data as Record<string, unknown>,
      metadata: { commandId, inputHash: '', correlationId: commandId, causationId: commandId, actorId: 'spec', recordedAt: '2024-01-01T00:00:00.000Z', schemaVersion: 1, ...metadata },
    };
    this.events.push(event);
    return event;
  }
}

/** A projection on a real, empty database, fed by hand. */
export class ProjectionBench {
  private written: bigint | undefined;

  private constructor(readonly database: DataSource, private readonly projection: Projection) {}

  static async open(url: string, projection: Projection): Promise<ProjectionBench> {
    const database = await projectorDataSource(url, 3).initialize();
    await finishedProjections(database, [projection]);
    return new ProjectionBench(database, projection);
  }

  /** Writes the events in batches of `size`, each as the runtime would. */
  async write(events: readonly RecordedEvent[], size = 1_000): Promise<void> {
    const place = (await readBuilds(this.database)).find((build) => build.name === this.projection.name && build.state === 'live');
    if (!place) throw new Error('the bench has no live build');
    for (let start = 0; start < events.length; start += size) {
      const batch = events.slice(start, start + size);
      const last = batch.at(-1);
      if (!last) return;
      const handled = batch.filter((event) => this.projection.handles.includes(event.type));
      const outcome = await writeStretch(this.database, this.projection, place, 'bench', { after: this.written, through: last.position, throughTime: last.metadata.recordedAt, eventsThrough: BigInt(start + batch.length), events: handled });
      if (outcome.kind !== 'written') throw new Error(`the bench could not write: ${outcome.kind}`);
      this.written = last.position;
    }
  }

  /** Hands a batch to the projection without looking at the checkpoint, and rolls it back. */
  async rehearse(events: readonly RecordedEvent[]): Promise<void> {
    const [place] = await readBuilds(this.database);
    const rolledBack = new Error('rehearsed');
    await inTransaction(this.database, async (transaction) => {
      await this.projection.project(events, transaction, place?.schema ?? '');
      throw rolledBack;
    }).catch((error: unknown) => { if (error !== rolledBack) throw error; });
  }

  rows<Row = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.database.query(sql, parameters);
  }

  close(): Promise<void> {
    return this.database.destroy();
  }
}
export { CounterStream, tallyProjection } from './tally.js';
