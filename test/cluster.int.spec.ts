import { existsSync, readFileSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { VARIABLES } from '../libs/configuration/src/index.js';
import { ensureProjections } from '../libs/projection-runtime/src/index.js';
import type { PersonVault } from '../libs/privacy/src/index.js';
import { everyProjection } from '../apps/projector/src/run-projector.js';
import { testDatabase } from './support/postgres.js';

const compose = readFileSync('docker/compose.yml', 'utf8');
const dockerfile = readFileSync('docker/Dockerfile', 'utf8');

const named = (text: string) => new Set([...text.matchAll(/\b(SOQUY_[A-Z_]+)\b/g)].map(([, name]) => name!));

it('names only settings that the programs read, and each that they cannot guess beside outside servers', () => {
  const known = new Set<string>(VARIABLES.map(({ name }) => name));
  const used = new Set([...named(compose), ...named(dockerfile)]);
  // The one name that compose itself replaces.
  used.delete('SOQUY_PUBLIC_HOST');
  expect([...used].filter((name) => !known.has(name))).toEqual([]);
  const needed = ['SOQUY_PG_URL', 'SOQUY_EVENTSTORE_URL', 'SOQUY_HOST', 'SOQUY_DATA', 'SOQUY_ALLOWED_HOSTS', 'SOQUY_MASTER_KEY_FILE', 'SOQUY_HASH_SECRET_FILE', 'SOQUY_TOKENS_FILE'];
  expect(needed.filter((name) => !used.has(name))).toEqual([]);
});

it('starts programs that the build makes', () => {
  const programs = [...`${compose}${dockerfile}`.matchAll(/dist\/(apps\/[\w/]+)\.js/g)].map(([, path]) => `${path}.ts`);
  expect(new Set(programs)).toEqual(new Set(['apps/api/src/main.ts', 'apps/projector/src/main.ts']));
  expect(programs.filter((path) => !existsSync(path))).toEqual([]);
});

it('mounts files that exist', () => {
  const mounts = [...compose.matchAll(/"\.\/([^:"]+):/g)].map(([, path]) => `docker/${path}`);
  expect(mounts.length).toBeGreaterThan(2);
  expect(mounts.filter((path) => !existsSync(path))).toEqual([]);
});

it('shows nothing that the dashboard role may not read, by queries that run', async () => {
  const database = await testDatabase();
  const dataSource = await new DataSource({ type: 'postgres', url: database.url, installExtensions: false, poolSize: 2 }).initialize();
  // No event is projected here, so nothing is ever sealed or opened.
  await ensureProjections(dataSource, everyProjection({} as PersonVault));
  const { panels } = JSON.parse(readFileSync('docker/grafana/provisioning/dashboards/so-quy.json', 'utf8')) as { panels: { targets: { rawSql: string }[] }[] };
  const runner = dataSource.createQueryRunner();
  await runner.query('SET ROLE dashboard');
  for (const { rawSql } of panels.flatMap(({ targets }) => targets)) await expect(runner.query(rawSql)).resolves.toEqual(expect.any(Array));
  await expect(runner.query('SELECT 1 FROM vault.person_keys')).rejects.toThrow();
  await runner.query('RESET ROLE');
  await runner.release();
  await dataSource.destroy();
  await database.close();
});
