import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { AccessDeniedError, type Credentials, EventStoreDBClient, jsonEvent, StreamNotFoundError, UnavailableError } from '@eventstore/db-client';
import { startEventStoreServer } from '../src/index.js';
import { RawGrpcClient } from '../probe/raw-grpc-client.js';
import { PATHS, readFrame } from '../probe/raw-requests.js';
import { collect, TestServer } from './support/test-server.js';

const CERT = join('apps', 'eventstore', 'test', 'fixtures', 'throwaway-cert.pem');
const KEY = join('apps', 'eventstore', 'test', 'fixtures', 'throwaway-key.pem');
const ADMIN: Credentials = { username: 'admin', password: 'mật khẩu:dài' };
const WRONG: Credentials = { username: 'admin', password: 'changeit' };
const event = () => jsonEvent({ type: 'Tested', data: {} });

let store: TestServer;
let anonymous: EventStoreDBClient;
let stream: string;

beforeAll(async () => {
  const tls = { cert: readFileSync(CERT), key: readFileSync(KEY) };
  store = await TestServer.start({ tls, adminPassword: ADMIN.password });
  anonymous = store.client(`tlsCAFile=${CERT}`);
});
afterAll(() => store.stop());
beforeEach(() => {
  stream = `secure-${randomUUID()}`;
});

describe('with TLS', () => {
  it('a client that does not know the certificate cannot connect', async () => {
    const stranger = store.client();
    await expect(stranger.appendToStream(stream, event())).rejects.toMatchObject({ code: 14 });
    await stranger.dispose();
  });

  it('anybody may use streams that nobody restricted', async () => {
    await anonymous.appendToStream(stream, event());
    await anonymous.appendToStream(stream, event(), { credentials: ADMIN });
    expect(await collect(anonymous.readStream(stream))).toHaveLength(2);
    expect(await collect(anonymous.readStream(stream, { credentials: ADMIN }))).toHaveLength(2);
  });

  it.each([
    ['reading', () => collect(anonymous.readStream(stream, { credentials: WRONG }))],
    ['appending', () => anonymous.appendToStream(stream, event(), { credentials: WRONG })],
    ['deleting', () => anonymous.deleteStream(stream, { credentials: WRONG })],
    ['an unknown user', () => collect(anonymous.readStream(stream, { credentials: { username: 'ops', password: ADMIN.password } }))],
  ])('a wrong password is refused: %s', async (_case, work) => {
    const error = await (work() as Promise<unknown>).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AccessDeniedError);
    expect(error).toMatchObject({ code: 16 });
  });

  it('credentials in the connection string go with every call, batch appends too', async () => {
    const withPassword = (password: string): EventStoreDBClient =>
      EventStoreDBClient.connectionString(store.server.connectionString.replace('esdb://', `esdb://admin:${encodeURIComponent(password)}@`) + `?tlsCAFile=${CERT}`);
    const right = withPassword(ADMIN.password);
    await right.appendToStream(`$admin-${stream}`, event());
    expect(await collect(right.readAll({ maxCount: 1 }))).toHaveLength(1);
    const wrong = withPassword('changeit');
    await expect(wrong.appendToStream(stream, event())).rejects.toBeInstanceOf(AccessDeniedError);
    await Promise.all([right.dispose(), wrong.dispose()]);
  });

  it.each([
    ['reading $all', () => collect(anonymous.readAll({ maxCount: 1 })), () => collect(anonymous.readAll({ maxCount: 1, credentials: ADMIN }))],
    ['reading a system stream', () => collect(anonymous.readStream('$users')), () => collect(anonymous.readStream('$users', { credentials: ADMIN }))],
    ['writing a system stream', () => anonymous.appendToStream('$mine', event()), () => anonymous.appendToStream('$mine', event(), { credentials: ADMIN })],
    ['deleting a system stream', () => anonymous.tombstoneStream('$gone'), () => anonymous.tombstoneStream('$gone', { credentials: ADMIN })],
  ])('%s needs the administrator', async (_case, asAnybody, asAdmin) => {
    await expect(asAnybody() as Promise<unknown>).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(asAdmin() as Promise<unknown>).resolves.toBeDefined();
  });

  it('subscribing to $all needs the administrator', async () => {
    const refused = anonymous.subscribeToAll();
    refused.resume();
    expect(await new Promise((resolve) => refused.once('error', resolve))).toBeInstanceOf(AccessDeniedError);
    const allowed = anonymous.subscribeToAll({ credentials: ADMIN });
    for await (const { event: first } of allowed) {
      expect(first!.streamId.startsWith('$')).toBe(true);
      break;
    }
  });
});

describe('the ACL of a stream', () => {
  const restrict = (acl: object) => anonymous.setStreamMetadata(stream, { acl } as never, { credentials: ADMIN });

  it.each([
    ['reading', { readRoles: ['$admins'] }, () => collect(anonymous.readStream(stream))],
    ['writing, batched', { writeRoles: ['$admins'] }, () => anonymous.appendToStream(stream, event())],
    ['deleting', { deleteRoles: ['$admins'] }, () => anonymous.deleteStream(stream)],
    ['tombstoning', { deleteRoles: '$admins' }, () => anonymous.tombstoneStream(stream)],
    ['reading metadata', { metaReadRoles: ['$admins'] }, () => anonymous.getStreamMetadata(stream)],
    ['writing metadata', { metaWriteRoles: ['somebody'] }, () => anonymous.setStreamMetadata(stream, { maxCount: 1 })],
    ['reading where nobody is named', { readRoles: [] }, () => collect(anonymous.readStream(stream))],
  ])('guards %s', async (_case, acl, work) => {
    await anonymous.appendToStream(stream, event());
    await restrict(acl);
    await expect(work() as Promise<unknown>).rejects.toBeInstanceOf(AccessDeniedError);
    await restrict({ readRoles: ['$all'], writeRoles: '$all', deleteRoles: ['x', '$all'], metaReadRoles: '$all', metaWriteRoles: '$all' });
    await expect(work() as Promise<unknown>).resolves.not.toThrow();
  });

  it('never keeps the administrator out', async () => {
    await restrict({ readRoles: ['somebody'], writeRoles: ['somebody'] });
    await anonymous.appendToStream(stream, event(), { credentials: ADMIN });
    expect(await collect(anonymous.readStream(stream, { credentials: ADMIN }))).toHaveLength(1);
  });

  it('hides the target of a link from those who may not read it', async () => {
    const secret = `${stream}-secret`;
    await anonymous.appendToStream(secret, event());
    await anonymous.appendToStream(stream, { ...event(), type: '$>', contentType: 'application/octet-stream', data: Buffer.from(`0@${secret}`) } as never);
    expect((await collect(anonymous.readStream(stream, { resolveLinkTos: true })))[0]!.event).toBeDefined();
    await anonymous.setStreamMetadata(secret, { acl: { readRoles: ['$admins'] } } as never, { credentials: ADMIN });
    const [hidden] = await collect(anonymous.readStream(stream, { resolveLinkTos: true }));
    expect(hidden!.event).toBeUndefined();
    expect(hidden!.link).toBeDefined();
    expect((await collect(anonymous.readStream(stream, { resolveLinkTos: true, credentials: ADMIN })))[0]!.event).toBeDefined();
  });

  it('comes from $settings where a stream has none, also after a restart', async () => {
    const settings = { $userStreamAcl: { $r: '$all', $w: '$admins', $d: '$admins', $mr: '$all', $mw: '$admins' }, $systemStreamAcl: { $r: '$all', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' } };
    await anonymous.appendToStream('$settings', jsonEvent({ type: 'settings', data: settings }), { credentials: ADMIN });
    await expect(anonymous.appendToStream(stream, event())).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(collect(anonymous.readStream('$users'))).resolves.toHaveLength(1);
    await store.restart();
    const later = store.client(`tlsCAFile=${CERT}`);
    await expect(later.appendToStream(stream, event())).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(collect(later.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
    await later.appendToStream('$settings', jsonEvent({ type: 'settings', data: {} }), { credentials: ADMIN });
    await later.appendToStream(stream, event());
  });
});

describe('the same port with TLS', () => {
  const fetchStatus = (path: string, authorization?: string): Promise<number> =>
    new Promise((resolve, reject) => {
      get({ host: 'localhost', port: store.server.port, path, ca: readFileSync(CERT), headers: authorization === undefined ? {} : { authorization } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      }).on('error', reject);
    });

  it('answers HTTP/1.1, with and without credentials', async () => {
    const basic = (password: string): string => `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    expect(await fetchStatus('/health/live')).toBe(204);
    expect(await fetchStatus('/info')).toBe(200);
    expect(await fetchStatus('/info', basic(ADMIN.password))).toBe(200);
    expect(await fetchStatus('/info', basic('changeit'))).toBe(401);
    expect(await fetchStatus('/info', 'Bearer x')).toBe(401);
  });

  it('is found by a client that discovers, under the name it used', async () => {
    const discovering = store.client(`tlsCAFile=${CERT}`);
    await discovering.appendToStream(stream, event());
    const raw = await RawGrpcClient.open(store.server.port, 'localhost', { ca: readFileSync(CERT) });
    const answer = await raw.call(PATHS.gossip, Buffer.alloc(5));
    expect(answer.body.toString('latin1')).toContain('localhost');
    const denied = await raw.call(PATHS.read, readFrame({ count: 1 }));
    expect([denied.status, denied.trailers['exception']]).toEqual([7, 'access-denied']);
    raw.close();
  });

  it('refuses plain connections', async () => {
    const plain = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${store.server.port}?tls=false`);
    const error = await collect(plain.readStream(stream)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnavailableError);
    await plain.dispose();
  });
});

describe('a start with TLS', () => {
  it('needs a password and a usable certificate', async () => {
    const tls = { cert: readFileSync(CERT), key: readFileSync(KEY) };
    await expect(startEventStoreServer({ dir: store.dir, tls })).rejects.toThrow('needs a password');
    await store.server.stop();
    await expect(startEventStoreServer({ dir: store.dir, tls: { cert: 'nothing', key: 'nothing' }, adminPassword: 'x' })).rejects.toThrow('TLS certificate or key cannot be used');
    const otherKind = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
    await expect(startEventStoreServer({ dir: store.dir, tls: { cert: tls.cert, key: otherKind }, adminPassword: 'x' })).rejects.toThrow('do not belong together');
  });
});
