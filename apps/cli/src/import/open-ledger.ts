import { DataSource } from 'typeorm';
import { createLedger, LedgerView, type RunningLedger } from '@ledger/command-handling';
import { serversOf, type Configuration } from '@ledger/configuration';
import { openEventStore, type EventStore } from '@ledger/event-store';
import { openPersonVault } from '@ledger/privacy';

/** A ledger of this process's own, beside the api's: the store's revisions keep the two from disagreeing. */
export interface OpenLedger {
  readonly ledger: RunningLedger;
  readonly store: EventStore;
  /** The ledger as it is now, for one check. */
  view(): LedgerView;
  close(): Promise<void>;
}

const CONNECTIONS = 8;

/** Throws a sentence for the user where no instance runs, or what it needs is not there. */
export async function openLedger(settings: Configuration): Promise<OpenLedger> {
  const { pgUrl, eventstoreUrl } = serversOf(settings);
  const dataSource = await new DataSource({
    type: 'postgres', url: pgUrl, poolSize: CONNECTIONS, installExtensions: false, applicationName: 'so-quy-import', connectTimeoutMS: 5_000,
  }).initialize();
  const store = openEventStore(eventstoreUrl);
  const closeBoth = async (): Promise<void> => {
    await store.close();
    await dataSource.destroy();
  };
  try {
    await store.ping();
    const vault = await openPersonVault({ dataSource, masterKeyFile: settings.masterKeyFile, hashSecretFile: settings.hashSecretFile });
    const ledger = createLedger({ eventStore: store, dataSource, vault });
    return {
      ledger, store,
      view: () => new LedgerView(store, dataSource, vault),
      close: async () => {
        await ledger.close();
        await closeBoth();
      },
    };
  } catch (error) {
    await closeBoth();
    throw error;
  }
}
