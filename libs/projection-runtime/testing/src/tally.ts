import { randomUUID } from 'node:crypto';
import type { EventStore } from '@ledger/event-store';
import type { RecordedEvent } from '@ledger/kernel';
import { SumTable, amountOf } from '../../src/index.js';
import type { Projection, Transaction } from '../../src/index.js';

const sums = new SumTable('tally', { counter: 'text' }, ['amount', 'events']);

/** The smallest projection there is: adds `Counted {counter, amount}` up. It chokes on amounts that are no number. */
export function tallyProjection(name = 'tally', version = 1, beforeEach: (event: RecordedEvent) => void = () => undefined): Projection {
  return {
    name, version, handles: ['Counted'],
    tables: (schema) => [sums.definition(schema)],
    views: (schema) => ({ [`${name.replaceAll('-', '_')}_sum`]: `SELECT counter, amount, events, ${version} AS version FROM ${schema}.tally` }),
    async project(batch: readonly RecordedEvent[], transaction: Transaction, schema: string): Promise<void> {
      const changes = sums.collect();
      for (const event of batch) {
        beforeEach(event);
        changes.add([String(event.data['counter'])], [['amount', amountOf(String(event.data['amount']))], ['events', 1]]);
      }
      await sums.add(transaction, schema, changes);
    },
  };
}

/** Appends to one stream, remembering where it ends; answers the position of the last event. */
export class CounterStream {
  private revision: bigint | 'no_stream' = 'no_stream';

  constructor(private readonly store: EventStore, private readonly counter: string) {}

  count(...amounts: string[]): Promise<bigint> {
    return this.append('Counted', amounts.map((amount) => ({ counter: this.counter, amount })));
  }

  async append(type: string, data: readonly object[]): Promise<bigint> {
    const metadata = { commandId: randomUUID(), inputHash: '', correlationId: randomUUID(), causationId: randomUUID(), actorId: 'spec', recordedAt: new Date().toISOString(), schemaVersion: 1 };
    const outcome = await this.store.append(`counter-${this.counter}`, this.revision, data.map((one) => ({ id: randomUUID(), type, data: one, metadata })));
    if (outcome.kind !== 'appended') throw new Error(`not appended: ${outcome.kind}`);
    this.revision = outcome.lastRevision;
    return outcome.position;
  }
}
