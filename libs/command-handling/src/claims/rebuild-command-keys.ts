import type { DataSource } from 'typeorm';
import type { RecordedEvent } from '@ledger/kernel';
import { LOG_STREAM, type EventStore } from '@ledger/event-store';
import { onPostgres } from '../postgres-away.js';

interface BookedCommand {
  readonly commandId: string;
  readonly inputHash: string;
  readonly stream: string;
  readonly first: bigint;
  last: bigint;
  position: bigint;
}

// What the register knows better already stays; only a missing outcome is filled in.
const RESTORE = `
  WITH restored AS (
    INSERT INTO command.command_keys AS k (command_id, input_hash, stream, revision_then, outcome)
    SELECT w.command_id, decode(w.input_hash, 'hex'), w.stream, w.first - 1,
           jsonb_build_object('first', w.first::text, 'last', w.last::text, 'position', w.position)
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[]) AS w(command_id, input_hash, stream, first, last, position)
    ON CONFLICT (command_id) DO UPDATE SET outcome = EXCLUDED.outcome WHERE k.outcome IS NULL
    RETURNING 1
  )
  SELECT count(*)::int AS restored FROM restored`;

/** Reads the whole log and puts every command that it shows into the register; answers how many were missing there. */
export async function rebuildCommandKeys(store: EventStore, database: DataSource, rowsPerStatement: number): Promise<number> {
  let restored = 0;
  let batch: BookedCommand[] = [];
  const write = async (commands: readonly BookedCommand[]): Promise<void> => {
    if (commands.length === 0) return;
    const rows = await onPostgres(() => database.query<{ restored: number }[]>(RESTORE, columnsOf(commands)));
    restored += rows[0]!.restored;
  };
  for await (const event of store.readAll()) {
    if (addTo(batch, event) || batch.length <= rowsPerStatement) continue;
    // The newest command may have more events to come.
    await write(batch.slice(0, -1));
    batch = batch.slice(-1);
  }
  await write(batch);
  return restored;
}

/** True where the event belongs to the command before it. A command's events stand together in one stream. */
function addTo(batch: BookedCommand[], event: RecordedEvent): boolean {
  const { commandId, inputHash } = event.metadata;
  const newest = batch.at(-1);
  if (newest?.commandId === commandId) {
    newest.last = event.revision;
    newest.position = event.position;
    return true;
  }
  if (event.stream !== LOG_STREAM) batch.push({ commandId, inputHash, stream: event.stream, first: event.revision, last: event.revision, position: event.position });
  return false;
}

function columnsOf(commands: readonly BookedCommand[]): unknown[] {
  return [
    commands.map((command) => command.commandId),
    commands.map((command) => command.inputHash),
    commands.map((command) => command.stream),
    commands.map((command) => command.first.toString()),
    commands.map((command) => command.last.toString()),
    commands.map((command) => command.position.toString()),
  ];
}
