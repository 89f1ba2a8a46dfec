import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { newPassword, startCluster } from './cluster.js';

jest.setTimeout(120_000);

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'soquy-cluster-'));
  chmodSync(home, 0o755);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

it.each([
  ['short, with a comma', true],
  ['with a "quote"', false],
  ['long'.padEnd(100, '.'), false],
])('is asked over its socket where its folder is named %s: %s', async (name, hasSocket) => {
  const { url, stop } = await startCluster({ folder: join(home, name), port: 0, password: newPassword(), durable: false });
  expect(new URL(url).searchParams.has('host')).toBe(hasSocket);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows: [row] } = await client.query<{ overSocket: boolean }>('SELECT inet_server_addr() IS NULL AS "overSocket"');
  expect(row).toEqual({ overSocket: hasSocket });
  await client.end();
  await stop();
});

it('starts beside the socket that a killed one left, even where its number is another program\'s now', async () => {
  const folder = join(home, 'cluster');
  const password = newPassword();
  const first = await startCluster({ folder, port: 0, password, durable: false });
  const { port } = first;
  await first.stop();
  writeFileSync(join(folder, `.s.PGSQL.${port}.lock`), `${process.pid}\n`);
  const again = await startCluster({ folder, port, password, durable: false });
  await again.stop();
});
