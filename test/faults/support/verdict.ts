import { inspect } from 'node:util';
import { openEventStore } from '@ledger/event-store';
import { openPersonVault } from '@ledger/privacy';
import { withCopySessions } from '@ledger/postgres';
import { projectorDataSource, readBuilds } from '@ledger/projection-runtime';
import { connectionsFor, nameHashesThrough, verify } from '@ledger/verification';
import type { DataSource } from 'typeorm';

export interface Servers { readonly pgUrl: string; readonly eventstoreUrl: string }
export interface KeyFiles { readonly masterKeyFile: string; readonly hashSecretFile: string }

/** Waits until every read model reflects the whole log, then answers what verifying finds; an empty text where that is nothing. */
export async function foundByVerifying({ pgUrl, eventstoreUrl }: Servers, keys: KeyFiles): Promise<string> {
  const database = await projectorDataSource(pgUrl, connectionsFor() + 3).initialize();
  const store = openEventStore(eventstoreUrl);
  try {
    let last = -1n;
    for await (const { position } of store.readAll()) last = position;
    await reflected(database, last);
    const vault = await openPersonVault({ dataSource: database, ...keys });
    const verdict = await withCopySessions(database, connectionsFor(), (sessions) =>
      verify({ store, sessions, nameHashes: nameHashesThrough(vault), keepOfEach: 20, onProgress: () => undefined }));
    return verdict.count === 0 && verdict.beyond === 0 ? '' : inspect({ groups: verdict.groups, beyond: verdict.beyond }, { depth: 6 });
  } finally {
    await store.close();
    await database.destroy();
  }
}

async function reflected(database: DataSource, position: bigint): Promise<void> {
  for (;;) {
    const live = (await readBuilds(database)).filter(({ state }) => state === 'live');
    const stopped = live.find(({ stoppage }) => stoppage);
    if (stopped) throw new Error(`${stopped.name} has stopped: ${stopped.stoppage?.reason}`);
    if (live.length > 0 && live.every((build) => (build.position ?? -1n) >= position)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
