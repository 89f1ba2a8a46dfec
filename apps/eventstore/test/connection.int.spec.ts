import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { CancelledError, EventStoreDBClient, jsonEvent, UnavailableError } from '@eventstore/db-client';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import { startEventStoreServer } from '../src/index.js';
import { messagesOf, RawGrpcClient } from '../probe/raw-grpc-client.js';
import { PATHS, readFrame } from '../probe/raw-requests.js';
import { collect, TestServer } from './support/test-server.js';

jest.setTimeout(120_000);
const event = () => jsonEvent({ type: 'Tested', data: {} });
const EMPTY = Buffer.alloc(5);

let store: TestServer;
let stream: string;
beforeAll(async () => {
  store = await TestServer.start();
});
afterAll(() => store.stop());
beforeEach(() => {
  stream = `connection-${randomUUID()}`;
});

function ask(method: string, path: string): Promise<{ status: number; type: string; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: store.server.port, method, path }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, type: String(response.headers['content-type']), text }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('finding the node', () => {
  it.each([
    ['several hosts', (port: number) => `esdb://127.0.0.1:${port},localhost:${port}?tls=false`],
    ['discovery', (port: number) => `esdb+discover://127.0.0.1:${port}?tls=false`],
    ['a follower where there is none', (port: number) => `esdb://127.0.0.1:${port},127.0.0.1:1?tls=false&nodePreference=follower`],
    ['one host', (port: number) => `esdb://localhost:${port}?tls=false&connectionName=thu&keepAliveInterval=10000`],
  ])('by %s', async (_case, url) => {
    const client = EventStoreDBClient.connectionString(url(store.server.port));
    await client.appendToStream(stream, event());
    expect(await collect(client.readStream(stream))).toHaveLength(1);
    await client.dispose();
  });

  it('names itself the leader, as the caller addressed it', async () => {
    const raw = await RawGrpcClient.open(store.server.port, 'localhost');
    const answer = await raw.call(PATHS.gossip, EMPTY);
    const [member] = gossip.ClusterInfo.deserializeBinary(messagesOf(answer.body)[0]!).getMembersList();
    expect([member!.getState(), member!.getIsAlive(), member!.getHttpEndPoint()!.getAddress(), member!.getHttpEndPoint()!.getPort()]).toEqual([8, true, 'localhost', store.server.port]);
    expect(member!.getInstanceId()!.getString()).toHaveLength(36);
    raw.close();
  });
});

describe('what the server says it can do', () => {
  it('is what it does', async () => {
    const raw = await RawGrpcClient.open(store.server.port);
    const answer = await raw.call(PATHS.features, EMPTY);
    const supported = features.SupportedMethods.deserializeBinary(messagesOf(answer.body)[0]!);
    expect(supported.getEventStoreServerVersion()).toBe('24.10.0');
    const methods = supported.getMethodsList().map((method) => [method.getServiceName(), method.getMethodName(), method.getFeaturesList()]);
    const streams = 'event_store.client.streams.streams';
    expect(methods).toEqual([
      [streams, 'read', ['position', 'events']],
      [streams, 'append', []],
      [streams, 'batchappend', ['deadline_duration']],
      [streams, 'delete', []],
      [streams, 'tombstone', []],
      ['event_store.client.gossip.gossip', 'read', []],
      ['event_store.client.server_features.serverfeatures', 'getsupportedmethods', []],
    ]);
    raw.close();
  });

  it.each([
    '/event_store.client.persistent_subscriptions.PersistentSubscriptions/Create',
    '/event_store.client.projections.Projections/Enable',
    '/event_store.client.users.Users/Create',
    '/event_store.client.operations.Operations/Shutdown',
    '/event_store.client.streams.Streams/Unheard',
    '/',
  ])('and %s is UNIMPLEMENTED', async (path) => {
    const raw = await RawGrpcClient.open(store.server.port);
    expect(await raw.call(path, EMPTY)).toMatchObject({ status: 12 });
    raw.close();
  });

  it('refuses compressed messages and what is not gRPC', async () => {
    const raw = await RawGrpcClient.open(store.server.port);
    expect(await raw.call(PATHS.features, EMPTY, { 'grpc-encoding': 'gzip' })).toMatchObject({ status: 12 });
    expect(await raw.call(PATHS.features, Buffer.from([1, 0, 0, 0, 0]))).toMatchObject({ status: 12 });
    expect(await raw.call(PATHS.features, EMPTY, { 'content-type': 'application/json' })).toMatchObject({ http: 415 });
    raw.close();
  });

  it('gives event ids as two halves to whom wants them', async () => {
    await store.client().appendToStream(stream, jsonEvent({ id: 'fedcba98-7654-3210-0123-456789abcdef', type: 'T', data: {} }));
    const raw = await RawGrpcClient.open(store.server.port);
    const answer = await raw.call(PATHS.read, readFrame({ stream, count: 1, uuidForm: 'structured' }));
    const streams = (await import('@eventstore/db-client/generated/streams_pb.js')).default;
    const recorded = streams.ReadResp.deserializeBinary(messagesOf(answer.body)[0]!).getEvent()!.getEvent()!;
    const halves = recorded.getId()!.getStructured()!;
    expect([halves.getMostSignificantBits(), halves.getLeastSignificantBits()]).toEqual(['-81985529216486896', '81985529216486895']);
    expect(recorded.getMetadataMap().get('type')).toBe('T');
    raw.close();
  });
});

describe('HTTP/1.1 on the same port', () => {
  it.each([
    ['GET', '/health/live', 204, ''],
    ['GET', '/health/ready', 200, '"ready":true'],
    ['GET', '/ping', 200, '"text":"Ping request successfully handled"'],
    ['GET', '/info?x=y', 200, '"esVersion":"24.10.0"'],
    ['GET', '/gossip', 200, '"state":"Leader"'],
    ['GET', '/metrics', 200, 'eventstore_fsync_seconds_bucket'],
    ['GET', '/streams/x', 404, 'not found'],
    ['POST', '/ping', 405, 'not allowed'],
  ])('%s %s answers %d', async (method, path, status, text) => {
    const answer = await ask(method, path);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });

  it('is how the client itself asks', async () => {
    class AskingClient extends EventStoreDBClient {
      ask(path: string): Promise<unknown> {
        return this.HTTPRequest('GET', path, {});
      }
    }
    const client = new AskingClient({ endpoint: `127.0.0.1:${store.server.port}` }, { insecure: true });
    await expect(client.ask('/info')).resolves.toMatchObject({ state: 'leader' });
    await expect(client.ask('/ping')).resolves.toEqual({ msgTypeId: expect.any(Number), text: 'Ping request successfully handled' });
    await expect(client.ask('/nothing')).rejects.toMatchObject({ type: 'unknown' });
    await client.dispose();
  });

  it('counts what happened', async () => {
    const client = store.client();
    await client.appendToStream(stream, event());
    await expect(client.appendToStream(stream, event(), { expectedRevision: 'no_stream' })).rejects.toBeDefined();
    await collect(client.readStream(stream));
    const { text } = await ask('GET', '/metrics');
    const value = (name: string): number => Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);
    expect(value('eventstore_appends_total{outcome="appended"}')).toBeGreaterThan(0);
    expect(value('eventstore_appends_total{outcome="wrong_expected_version"}')).toBeGreaterThan(0);
    for (const name of ['events', 'streams', 'log_bytes', 'index_bytes', 'connections', 'bytes_written_total', 'bytes_read_total', 'fsync_seconds_count']) {
      expect([name, value(`eventstore_${name}`) > 0]).toEqual([name, true]);
    }
    for (const name of ['queued_appends', 'queued_bytes', 'in_flight_bytes', 'subscribers']) expect([name, value(`eventstore_${name}`)]).toEqual([name, 0]);
  });

  it('answers nonsense with 400', async () => {
    const socket = connect(store.server.port, '127.0.0.1');
    const text = await new Promise<string>((resolve) => {
      let received = '';
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => resolve(received));
      socket.write('PRIvate nonsense\r\n\r\n');
    });
    expect(text).toContain('400 Bad Request');
  });
});

describe('a server that stops', () => {
  it('lets subscribers and writers know so that they connect again', async () => {
    const client = store.client();
    await client.appendToStream(stream, event());
    const subscription = client.subscribeToStream(stream);
    const ended = new Promise<unknown>((resolve) => subscription.once('error', resolve));
    subscription.resume();
    await new Promise<void>((resolve) => subscription.once('caughtUp', resolve));
    await store.restart();
    const error = await ended;
    expect(error instanceof CancelledError || error instanceof UnavailableError).toBe(true);
    await client.appendToStream(stream, event(), { expectedRevision: 0n });
    expect(await collect(client.readStream(stream))).toHaveLength(2);
  });

  it('answers the appends it has taken before it goes', async () => {
    const client = store.client();
    await client.appendToStream(stream, event());
    const work = Array.from({ length: 100 }, (_, n) => client.appendToStream(`${stream}-${n}`, event()).then(() => n, () => undefined));
    await new Promise((resolve) => setImmediate(resolve));
    await store.restart();
    const acknowledged = (await Promise.all(work)).filter((n) => n !== undefined);
    for (const n of acknowledged) expect(await collect(client.readStream(`${stream}-${n}`))).toHaveLength(1);
  });

  it('can be asked twice, and frees its port and folder', async () => {
    const other = await TestServer.start();
    const { port } = other.server;
    await Promise.all([other.server.stop(), other.server.stop()]);
    const again = await startEventStoreServer({ dir: other.dir, port });
    await again.stop();
    await other.stop();
  });
});
