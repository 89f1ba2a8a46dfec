import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { databaseAt } from '@ledger/postgres';
import { VARIABLES } from '../libs/configuration/src/index.js';
import { ensureProjections } from '../libs/projection-runtime/src/index.js';
import type { PersonVault } from '../libs/privacy/src/index.js';
import { everyProjection } from '../apps/projector/src/run-projector.js';
import { testDatabase } from './support/postgres.js';

const compose = readFileSync('docker/compose.yml', 'utf8');
const dockerfile = readFileSync('docker/Dockerfile', 'utf8');

interface Service {
  readonly image?: string;
  readonly build?: object;
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly user?: string;
  readonly networks?: Readonly<Record<string, { readonly ipv4_address: string }>>;
}

// The OpenAPI generator brings a reader of YAML along; it leaves YAML 1.1's merge keys, which Compose follows, as they are.
const yaml = createRequire(require.resolve('@nestjs/swagger'))('js-yaml') as { load(text: string): unknown };

function merged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(merged);
  if (typeof value !== 'object' || value === null) return value;
  const { '<<': base, ...own } = value as Record<string, unknown>;
  return Object.fromEntries(Object.entries({ ...(merged(base) as object | undefined), ...own }).map(([key, one]) => [key, merged(one)]));
}

const { services, volumes } = merged(yaml.load(compose)) as { services: Record<string, Service>; volumes: Record<string, object> };

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

// Of the Compose Specification, what is used here: a key that is misspelt is none of these.
const SERVICE_KEYS = ['image', 'build', 'restart', 'user', 'depends_on', 'volumes', 'environment', 'read_only', 'tmpfs', 'cap_drop', 'security_opt', 'command', 'entrypoint', 'healthcheck', 'networks', 'ports'];

it('is a Compose file whose parts fit together', () => {
  const of = Object.entries(services);
  expect(of.flatMap(([name, service]) => Object.keys(service).filter((key) => !SERVICE_KEYS.includes(key)).map((key) => `${name}.${key}`))).toEqual([]);
  for (const [name, { depends_on: needs }] of of) {
    const conditions = Array.isArray(needs) ? (needs as readonly string[]).map((one) => [one, 'service_started'] as const) : Object.entries((needs ?? {}) as Record<string, { condition: string }>).map(([one, { condition }]) => [one, condition] as const);
    for (const [needed, condition] of conditions) {
      expect([name, needed, services[needed] !== undefined]).toEqual([name, needed, true]);
      if (condition === 'service_healthy') expect([needed, services[needed]?.healthcheck !== undefined]).toEqual([needed, true]);
    }
  }
  const mounted = new Set(of.flatMap(([, service]) => (service.volumes ?? []).map((one) => one.split(':')[0]!)).filter((one) => !one.startsWith('.')));
  expect([...mounted].sort()).toEqual(Object.keys(volumes).sort());
  const addresses = of.flatMap(([, service]) => Object.values(service.networks ?? {}).map(({ ipv4_address: address }) => address));
  expect(new Set(addresses).size).toBe(3);
  // Each node is found by the others, and its certificate is made for its address.
  for (const [at, address] of addresses.entries()) {
    const { environment } = services[`node${at + 1}`]!;
    expect(environment?.['EVENTSTORE_REPLICATION_IP']).toBe(address);
    expect(environment?.['EVENTSTORE_GOSSIP_SEED']).toBe(addresses.filter((other) => other !== address).map((other) => `${other}:2113`).join());
  }
});

it('has what a cluster is to have: three nodes with TLS, two apis behind a proxy, two projectors, and who watches them', () => {
  expect(Object.keys(services).filter((name) => /^(node|api|projector)[0-9]$/.test(name))).toEqual(['node1', 'node2', 'node3', 'api1', 'api2', 'projector1', 'projector2']);
  for (const name of ['postgres', 'proxy', 'prometheus', 'grafana']) expect(services[name]).toBeDefined();
  expect(services['api1']?.environment?.['SOQUY_EVENTSTORE_URL']).toMatch(/^esdb:\/\/.*@node1:2113,node2:2113,node3:2113\?tls=true&tlsCAFile=.*&nodePreference=leader$/);
  const proxy = readFileSync('docker/proxy/default.conf', 'utf8');
  expect([...proxy.matchAll(/server (\w+):3000/g)].map(([, name]) => name)).toEqual(['api1', 'api2']);
  const watched = readFileSync('docker/prometheus/prometheus.yml', 'utf8');
  for (const target of [...watched.matchAll(/"(\w+):[0-9]+"/g)].map(([, name]) => name!)) expect([target, services[target] !== undefined]).toEqual([target, true]);
});

it('runs exact versions, nothing of ours as root, and listens on loopback only', () => {
  const images = [...Object.values(services).flatMap(({ image }) => image ?? []), ...[...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image!)];
  expect(images.filter((image) => !/:[0-9]+\.[0-9]+(\.[0-9]+)?(-[a-z0-9-]+)?$|:v[0-9]+\.[0-9]+\.[0-9]+$/.test(image))).toEqual([]);
  expect(dockerfile).toMatch(/^USER node$/m);
  for (const name of ['node1', 'node2', 'node3', 'certificates']) expect([name, services[name]?.user]).toEqual([name, '1000:1000']);
  expect(Object.values(services).flatMap(({ ports }) => ports ?? []).filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

it('takes from its environment what the page says, and nothing else', () => {
  const page = readFileSync('docs/cluster.md', 'utf8');
  const taken = new Set([...compose.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name!));
  expect([...taken].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  const told = [...page.split('## Start')[1]!.split('##')[0]!.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name!);
  expect(told.filter((name) => !taken.has(name))).toEqual([]);
});

it('mounts files that exist', () => {
  const mounts = [...compose.matchAll(/"\.\/([^:"]+):/g)].map(([, path]) => `docker/${path}`);
  expect(mounts.length).toBeGreaterThan(2);
  expect(mounts.filter((path) => !existsSync(path))).toEqual([]);
});

it('shows nothing that the dashboard role may not read, by queries that run', async () => {
  const database = await testDatabase();
  const dataSource = await databaseAt(database.url, { poolSize: 2 }).initialize();
  // No event is projected here, so nothing is ever sealed or opened.
  await ensureProjections(dataSource, everyProjection({} as PersonVault));
  const { panels } = JSON.parse(readFileSync('docker/grafana/provisioning/dashboards/so-quy.json', 'utf8')) as { panels: { targets: { rawSql?: string }[] }[] };
  const runner = dataSource.createQueryRunner();
  await runner.query('SET ROLE dashboard');
  for (const { rawSql } of panels.flatMap(({ targets }) => targets)) if (rawSql !== undefined) await expect(runner.query(rawSql)).resolves.toEqual(expect.any(Array));
  await expect(runner.query('SELECT 1 FROM vault.person_keys')).rejects.toThrow();
  await runner.query('RESET ROLE');
  await runner.release();
  await dataSource.destroy();
  await database.close();
});

it('draws only metrics that the api has', async () => {
  const { panels } = JSON.parse(readFileSync('docker/grafana/provisioning/dashboards/so-quy.json', 'utf8')) as { panels: { targets: { expr?: string }[] }[] };
  const drawn = panels.flatMap(({ targets }) => targets).flatMap(({ expr }) => [...(expr ?? '').matchAll(/soquy_[a-z_]+/g)].map(([name]) => name));
  expect(drawn.length).toBeGreaterThan(4);
  const code = ['metrics.ts', 'health.controller.ts'].map((file) => readFileSync(`apps/api/src/health/${file}`, 'utf8')).join('');
  const made = new Set([...code.matchAll(/name: '(soquy_[a-z_]+)'/g)].map(([, name]) => name!));
  expect(drawn.filter((name) => !made.has(name.replace(/_(bucket|sum|count)$/, '')) && !made.has(name))).toEqual([]);
});
