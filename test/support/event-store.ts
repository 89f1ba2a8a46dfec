import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEventStoreServer } from '../../apps/eventstore/src/index.js';

export interface TestEventStore {
  readonly url: string;
  close(): Promise<void>;
}

/** The project's own event store on an empty folder of its own, in this process. */
export async function testEventStore(): Promise<TestEventStore> {
  const dir = mkdtempSync(join(tmpdir(), 'soquy-test-es-'));
  const server = await startEventStoreServer({ dir, port: 0 });
  return {
    url: `esdb://127.0.0.1:${server.port}?tls=false`,
    close: async () => {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
