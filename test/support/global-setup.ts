import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chmodSync } from 'node:fs';
import { newPassword, startCluster, type Cluster } from '../../apps/standalone/src/postgres/cluster.js';

declare global {
  var testCluster: { cluster: Cluster; folder: string } | undefined;
}

/** One real Postgres for the whole run, from the same binaries and code that `npm start` uses; each spec makes its own database. */
export default async function startTestPostgres(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'soquy-test-pg-'));
  chmodSync(folder, 0o755);
  const cluster = await startCluster({ folder: join(folder, 'cluster'), port: 0, password: newPassword(), durable: false });
  globalThis.testCluster = { cluster, folder };
  process.env['SOQUY_TEST_PG_URL'] = cluster.url;
}
