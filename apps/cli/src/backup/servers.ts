import { join } from 'node:path';
import { runningInstance, type Configuration } from '@ledger/configuration';
import { serve, type ServingProgram } from './child-program.js';

const POSTGRES = 'apps/standalone/src/postgres/serve.js';
const EVENT_STORE = 'apps/eventstore/src/main.js';

export interface ServersAtWork {
  readonly pgUrl: string;
  close(): Promise<void>;
}

/** Where the event log of a data folder is. */
export const logFolderOf = (dataFolder: string): string => join(dataFolder, 'eventstore');

/** The Postgres of these settings: one that runs already, or the data folder's own, started for as long as it is needed. */
export async function postgresOf(settings: Configuration): Promise<ServersAtWork> {
  const pgUrl = settings.postgresUrl ?? runningInstance(settings.dataFolder)?.pgUrl;
  if (pgUrl !== undefined) return { pgUrl, close: () => Promise.resolve() };
  const served = await serve(POSTGRES, [], { SOQUY_DATA: settings.dataFolder });
  return { pgUrl: String(served.said['url']), close: () => served.stop() };
}

/** An event store on a folder, for as long as it is needed. */
export async function eventStoreOn(folder: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const served: ServingProgram = await serve(EVENT_STORE, ['--dir', folder, '--port', '0'], {});
  return { url: `esdb://127.0.0.1:${String(served.said['port'])}?tls=false`, close: () => served.stop() };
}

