import type { EventStore } from '@ledger/event-store';
import { compareTables, connectionsFor, openKeyed, openLogged } from './compare-tables.js';
import { beginOnLiveTables, comparableTables, readTypes, type LiveModel } from './compare/live-tables.js';
import { inTurn, type SqlSession } from './compare/sql-session.js';
import { LoggedRows } from './compare/logged-rows.js';
import { Differences } from './differences.js';
import { LedgerFold } from './fold.js';
import { foldLog } from './fold-log.js';
import { journalAgainstBalances } from './invariants/journal-and-balances.js';
import { TableInvariants } from './invariants/table-invariants.js';
import { isOfPart } from './parts.js';
import type { NameHashes } from './people.js';
import { scoped, type ScopedModel } from './scope.js';
import type { Verdict, VerificationProgress } from './verdict.js';

export interface Verification {
  readonly store: EventStore;
  /** Connections of its own, as many as `connectionsFor` says: a transaction stays open on each while the log is read, and all see the same state. */
  readonly sessions: readonly SqlSession[];
  readonly nameHashes: NameHashes;
  /** So many differences of each kind in each table are kept; the rest is counted. */
  readonly keepOfEach: number;
  /** Which of PARTS is verified; all of them where none is named. */
  readonly part?: number;
  /** A position in the log: verify what the log, and the read models of it, say of the moment when the log ended there. */
  readonly at?: bigint;
  readonly onProgress: (progress: VerificationProgress) => void;
}

/** The position asked about is after the end of the log. */
export class BeyondTheLog extends Error {
  override readonly name = 'BeyondTheLog';
  constructor(readonly end: bigint | undefined) {
    super(`the log ends at position ${end ?? 'none'}`);
  }
}

/**
 * Folds the log afresh and compares every row of every read model with it, each at its own position, and what rows and
 * log must hold to among themselves. Changes nothing; memory stays bounded whatever the log's length, temporary files
 * hold the rest. After an error the connections are to be ended: rows may still be on their way. Throws StoreUnavailable, BeyondTheLog, and where Postgres is away.
 */
export async function verify(verification: Verification): Promise<Verdict> {
  const { at, part } = verification;
  if (verification.sessions.length < connectionsFor(part)) throw new Error(`verifying needs ${connectionsFor(part)} connections`);
  const sessions = verification.sessions.map(inTurn);
  const models = await beginOnLiveTables(sessions, (projection) => isOfPart(projection, part));
  const verdict = await verifyOn(scoped(models, at), { ...verification, sessions });
  await Promise.all(sessions.map((session) => session.query('ROLLBACK')));
  return verdict;
}

async function verifyOn(models: readonly ScopedModel[], { store, sessions, nameHashes, keepOfEach, at, part, onProgress }: Verification): Promise<Verdict> {
  const differences = new Differences(keepOfEach);
  const session = sessions[0]!;
  const tables = comparableTables(models, await readTypes(session, models), (projection) => isOfPart(projection, part), differences);
  const logged = new LoggedRows(differences);
  // Its temporary folder is made before any rows are on their way.
  const fold = new LedgerFold(logged, differences, (projection) => models.find(({ name }) => name === projection)?.until, part);
  openLogged(logged, { sessions, tables });
  const keyed = openKeyed({ sessions, tables });
  try {
    const folded = await foldLog(fold, logged, { store, models, at, differences, onProgress });
    if (at !== undefined && folded.beyond === 0 && folded.until !== at && !(await store.holds(at))) throw new BeyondTheLog(folded.until);
    const invariants = new TableInvariants(fold.directory, differences);
    const { rows, presentOnly } = await compareTables(fold, keyed, { differences, invariants, nameHashes, onProgress });
    if (at === undefined && haveSamePosition(models, 'journal', 'fund-balances')) await journalAgainstBalances(session, models, fold.directory, differences);
    return {
      ...folded, groups: await differences.inOrder((position) => store.eventAt(position)), count: differences.count, rows: rows + logged.rows, tables: tables.length - presentOnly.length, presentOnly,
      models: models.map(({ name, position, isWhole }) => ({ name, position, isWhole })), codes: fold.directory.codes,
    };
  } finally {
    logged.abandon();
    for (const { found } of keyed) found?.abandon();
    fold.close();
  }
}

function haveSamePosition(models: readonly LiveModel[], ...names: readonly string[]): boolean {
  const positions = names.map((name) => models.find((model) => model.name === name)?.position);
  return positions.every((position) => position !== undefined && position === positions[0]);
}
