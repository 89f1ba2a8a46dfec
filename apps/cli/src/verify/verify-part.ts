import { PATIENCE_OF_PROGRAMS } from '@ledger/command-handling';
import { demandConfiguration, serversOf } from '@ledger/configuration';
import { openEventStore } from '@ledger/event-store';
import { openPersonVault } from '@ledger/privacy';
import { withCopySessions } from '@ledger/postgres';
import { projectorDataSource } from '@ledger/projection-runtime';
import { connectionsFor, nameHashesThrough, verify, withoutKeys, type Verdict, type VerificationProgress } from '@ledger/verification';

export interface Wishes {
  readonly at: bigint | undefined;
  /** So many differences of each kind and table are kept. */
  readonly most: number;
  /** Whether the persons' keys are used. */
  readonly keys: boolean;
}

/** Verifies one part of the read models, over connections of its own. */
export async function verifyPart(part: number, { at, most, keys }: Wishes, onProgress: (progress: VerificationProgress) => void): Promise<Verdict> {
  const settings = demandConfiguration(process.env, process.cwd());
  const { pgUrl, eventstoreUrl } = serversOf(settings);
  const store = openEventStore(eventstoreUrl, PATIENCE_OF_PROGRAMS);
  try {
    // One more is for the keys.
    const database = await projectorDataSource(pgUrl, connectionsFor(part) + 1).initialize();
    try {
      const nameHashes = keys ? nameHashesThrough(await openPersonVault({ ...settings, dataSource: database })) : withoutKeys;
      return await withCopySessions(database, connectionsFor(part), (sessions) =>
        verify({ store, sessions, nameHashes, keepOfEach: most, part, onProgress, ...(at === undefined ? {} : { at }) }));
    } finally {
      await database.destroy();
    }
  } finally {
    await store.close();
  }
}
