import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_OF_PROGRAMS, Sealing, type LedgerParts, type Submission } from '@ledger/command-handling';
import type { RowSubmission } from '@ledger/dataset';
import type { LedgerCommand } from '@ledger/fund-ledger';
import { invariant, isRefusal } from '@ledger/kernel';
import type { SetPlan } from '../set/plan.js';
import { DecidedStreams } from './decided-streams.js';
import { LogWriter } from './log-writer.js';
import { submissionsOf } from './set-stream.js';

const ACTOR = 'bench';
const KEYS_PER_STATEMENT = 1_000;
const REGISTER_RETRY_MS = 200;

export interface BuiltLog { readonly events: number; readonly rows: number }

/**
 * Writes what importing a generated set would write, without HTTP and in large appends: the same commands, decided by
 * the same deciders, sealed by the same vault. The log has to be empty of that set. `onProgress` hears how many rows are decided.
 */
export async function buildLog(plan: SetPlan, { eventStore, vault, ledger }: LedgerParts, onProgress: (rows: number) => void): Promise<BuiltLog> {
  await eventStore.logId();
  const streams = new DecidedStreams(vault);
  const sealing = new Sealing(vault, KEYS_PER_STATEMENT, PATIENCE_OF_PROGRAMS.postgresSilenceMs);
  const writer = new LogWriter(eventStore);
  let first: Submission | undefined;
  let rows = 0;
  for (const chunk of submissionsOf(plan)) {
    const now = new Date();
    const sealed = await Promise.all(chunk.map((submission) => sealedCommand(submission, sealing)));
    const registers = chunk[0]?.source === undefined;
    for (const [at, { row: _row, ...submission }] of chunk.entries()) {
      first ??= { ...submission, actorId: ACTOR };
      await writer.add(streams.decide({ ...submission, actorId: ACTOR }, sealed[at]!, now));
    }
    // Whatever names a registered thing stands after it in the log.
    if (registers) await writer.drain();
    rows += chunk.length;
    onProgress(rows);
  }
  await writer.drain();
  invariant(first, 'a set has a root');
  // A command that was booked makes the ledger read the log into its register of command ids, as a first command always does.
  while ((await ledger.execute(first)).kind !== 'accepted') await delay(REGISTER_RETRY_MS);
  return { events: writer.written, rows };
}

async function sealedCommand({ command, secrets }: RowSubmission, sealing: Sealing): Promise<LedgerCommand> {
  if (!secrets) return command;
  const sealed = await sealing.seal(command, secrets);
  invariant(!isRefusal(sealed), 'nobody in a new set is erased');
  return sealed;
}
