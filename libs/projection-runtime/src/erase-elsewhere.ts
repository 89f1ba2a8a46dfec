import type { RecordedEvent } from '@ledger/kernel';
import type { BuildPlace } from './build-writer.js';
import type { Projection, Transaction } from './projection.js';

/**
 * Takes what the events take away out of the projection's other builds too: the one that is kept for a return is written
 * no more, the live one may be behind the one that takes its place, and one to be dropped may have to wait for a reader.
 * Where this one is itself filled anew and has not come to what the others hold, they have been through it already. A
 * build that another version made cannot be written by this one: it is not kept.
 */
export async function eraseElsewhere(projection: Projection, batch: readonly RecordedEvent[], transaction: Transaction, place: BuildPlace): Promise<void> {
  const erasing = projection.erases ? batch.filter((event) => projection.erases?.includes(event.type)) : [];
  if (erasing.length === 0) return;
  // Locked, so that none of them is dropped meanwhile.
  const others = await transaction.query<{ build: number; version: number; schema_name: string }>(
    `SELECT build, version, schema_name FROM projection.build WHERE name = $1 AND build <> $2 AND state IN ('live', 'kept', 'old') ORDER BY build FOR SHARE`, [place.name, place.build]);
  for (const { build, version, schema_name: schema } of others) {
    if (version === projection.version) await projection.project(erasing, transaction, schema);
    else await transaction.query(`UPDATE projection.build SET state = 'old' WHERE name = $1 AND build = $2 AND state = 'kept'`, [place.name, build]);
  }
}
