import { randomUUID } from 'node:crypto';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { binaryEvent, jsonEvent, MaxAppendSizeExceededError } from '@eventstore/db-client';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { answerOf, messagesOf, RawGrpcClient } from '../probe/raw-grpc-client.js';
import { appendFrames, batchAppendFrame, numberedId, PATHS, readFrame } from '../probe/raw-requests.js';
import type { ServerLimits } from '../src/index.js';
import { TestServer } from './support/test-server.js';

jest.setTimeout(120_000);

const event = (n: number, bytes = 10) => ({ id: numberedId(n, 1), type: 'Limited', data: Buffer.alloc(bytes) });
const batch = (n: number, count: number, more: object = {}) =>
  batchAppendFrame({ correlation: numberedId(n), stream: 'limited', events: Array.from({ length: count }, (_, index) => event(n * 1_000 + index)), isFinal: true, ...more });

let store: TestServer | undefined;
let raw: RawGrpcClient | undefined;
afterEach(async () => {
  raw?.close();
  raw = undefined;
  await store?.stop();
  store = undefined;
});

async function serve(limits: Partial<ServerLimits>): Promise<RawGrpcClient> {
  store = await TestServer.start({ limits });
  raw = await RawGrpcClient.open(store.server.port);
  return raw;
}

/** The one answer of a batch append call: its error code and text, or 'success'. */
function batchAnswer(body: Buffer): string {
  const responses = messagesOf(body).map((message) => streams.BatchAppendResp.deserializeBinary(message));
  expect(responses).toHaveLength(1);
  const error = responses[0]!.getError();
  return error === undefined ? 'success' : `${error.getCode()} ${error.getMessage()}`;
}

describe('an append', () => {
  it('has at most maxAppendBytes of data, as set for the server', async () => {
    await serve({ maxAppendBytes: 1_000 });
    const client = store!.client();
    await client.appendToStream('s', binaryEvent({ type: 'T', data: Buffer.alloc(1_000) }));
    await expect(client.appendToStream('s', binaryEvent({ type: 'T', data: Buffer.alloc(1_001) }))).rejects.toBeInstanceOf(MaxAppendSizeExceededError);
  });

  it('has at most maxAppendEvents events', async () => {
    const client = await serve({ maxAppendEvents: 5 });
    expect(batchAnswer((await client.call(PATHS.batchAppend, batch(1, 5))).body)).toBe('success');
    expect(batchAnswer((await client.call(PATHS.batchAppend, batch(2, 6))).body)).toBe('3 an append has at most 5 events');
    const unary = await client.call(PATHS.append, appendFrames('s', Array.from({ length: 6 }, (_, n) => event(n))));
    expect(unary).toMatchObject({ status: 3, message: 'an append has at most 5 events' });
  });

  it('comes in messages of at most maxMessageBytes', async () => {
    const client = await serve({ maxMessageBytes: 1_000 });
    const answer = await client.call(PATHS.batchAppend, batch(1, 100));
    expect(answer).toMatchObject({ status: 8, message: expect.stringMatching(/^a message of \d+ bytes exceeds the limit of 1000$/) as string });
  });

  it('arrives within appendArrivalMs', async () => {
    const client = await serve({ appendArrivalMs: 50 });
    const stream = client.start(PATHS.batchAppend);
    const answer = answerOf(stream);
    stream.write(batch(1, 1, { isFinal: false }));
    await new Promise((resolve) => stream.once('data', resolve));
    // What still comes of it is dropped: a second answer would kill the client.
    stream.write(batchAppendFrame({ correlation: numberedId(1), events: [event(7)], isFinal: false }));
    stream.end(batchAppendFrame({ correlation: numberedId(1), events: [event(8)], isFinal: true }));
    expect(batchAnswer((await answer).body)).toBe('4 the append did not arrive in time');
    const unary = client.start(PATHS.append);
    unary.write(appendFrames('s', [event(1)]));
    expect(await answerOf(unary)).toMatchObject({ status: 10, trailers: { exception: 'timeout' } });
    expect(store!.server.log.view('limited').exists).toBe(false);
  });

  it('arrives within its own deadline', async () => {
    const client = await serve({});
    expect(batchAnswer((await client.call(PATHS.batchAppend, batch(1, 1, { deadline: Date.now() - 1_000 }))).body)).toBe('4 the deadline had passed when the append arrived');
    const unary = client.start(PATHS.append, { 'grpc-timeout': '20m' });
    unary.write(appendFrames('s', [event(1)]));
    expect(await answerOf(unary)).toMatchObject({ status: 10 });
  });

  it('waits unfinished only within maxGatheringBytes', async () => {
    const client = await serve({ maxGatheringBytes: 2_000 });
    const stream = client.start(PATHS.batchAppend);
    const answer = answerOf(stream);
    stream.end(batch(1, 100, { isFinal: false }));
    expect(batchAnswer((await answer).body)).toBe('8 too many bytes of unfinished appends');
    expect(await client.call(PATHS.append, appendFrames('s', Array.from({ length: 100 }, (_, n) => event(n))))).toMatchObject({ status: 8 });
    // Everything reserved was given back.
    expect(batchAnswer((await client.call(PATHS.batchAppend, batch(2, 1))).body)).toBe('success');
    expect(await client.call(PATHS.append, appendFrames('s', [event(1)]))).toMatchObject({ status: 0 });
  });

  it('is one of at most 1,024 unfinished ones in a call', async () => {
    const client = await serve({});
    const parts = Array.from({ length: 1_025 }, (_, n) => batch(n, 0, { isFinal: false }));
    expect(await client.call(PATHS.batchAppend, Buffer.concat(parts))).toMatchObject({ status: 8, message: 'too many unfinished appends in one call' });
  });

  it('waits for others to be durable where a connection has too many in flight, and none is lost', async () => {
    const client = await serve({ maxInFlightAppends: 3, maxInFlightBytes: 1_000, maxInFlightBytesOverall: 1_500 });
    const answer = await client.call(PATHS.batchAppend, Buffer.concat(Array.from({ length: 500 }, (_, n) => batch(n, 1))));
    expect(answer.status).toBe(0);
    expect(messagesOf(answer.body)).toHaveLength(500);
    expect(store!.server.log.view('limited').lastRevision).toBe(499);
  });
});

describe('connections, calls and readers', () => {
  it('are turned away beyond maxConnections', async () => {
    await serve({ maxConnections: 3 });
    const others = await Promise.all([RawGrpcClient.open(store!.server.port), RawGrpcClient.open(store!.server.port)]);
    const refused = connect(store!.server.port, '127.0.0.1');
    refused.on('error', () => refused.destroy());
    await new Promise((resolve) => refused.once('close', resolve));
    for (const other of others) other.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const again = await RawGrpcClient.open(store!.server.port);
    expect(await again.call(PATHS.features, Buffer.alloc(5))).toMatchObject({ status: 0 });
    again.close();
  });

  it('are ended where the HTTP/2 library gave them up, or nobody answers a ping', async () => {
    const { port } = (await serve({ connectionProbeMs: 200 }), store!.server);
    const resetting = connectHttp2(`http://127.0.0.1:${port}`);
    const gone = new Promise((resolve) => resetting.once('goaway', resolve));
    resetting.on('error', () => undefined);
    const silent = connect(port, '127.0.0.1', () => silent.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'));
    const ended = new Promise((resolve) => silent.resume().once('close', resolve));
    // Library's own bound: a thousand at once, then 33 a second.
    for (let n = 0; n < 3_000 && !resetting.destroyed; n += 1) {
      const stream = resetting.request({ ':method': 'POST', ':path': PATHS.read, 'content-type': 'application/grpc' });
      stream.on('error', () => undefined);
      await new Promise((resolve) => setImmediate(resolve));
      stream.close(8);
    }
    await Promise.all([gone, ended]);
    // Only the one that answers is left.
    const held = async () => /^eventstore_connections (\d+)/m.exec(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text())?.[1];
    while ((await held()) !== '1') await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await raw!.call(PATHS.features, Buffer.alloc(5))).toMatchObject({ status: 0 });
  });

  it('are announced to the client: maxStreamsPerConnection', async () => {
    const client = await serve({ maxStreamsPerConnection: 10 });
    await client.call(PATHS.features, Buffer.alloc(5));
    expect(client.session.remoteSettings.maxConcurrentStreams).toBe(10);
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.call(PATHS.features, Buffer.alloc(5))));
    expect(answers.every(({ status }) => status === 0)).toBe(true);
  });

  it('subscribe up to maxSubscribers, and a place is free when one leaves', async () => {
    const client = await serve({ maxSubscribers: 2 });
    const [first] = [client.start(PATHS.read), client.start(PATHS.read)].map((stream) => stream.end(readFrame({})));
    await new Promise((resolve) => first!.once('data', resolve));
    const third = await client.call(PATHS.read, readFrame({}));
    expect(third).toMatchObject({ status: 8, message: 'the server has its 2 subscribers' });
    first!.close();
    await answerOf(first!);
    const subscription = store!.client().subscribeToAll();
    await new Promise((resolve) => subscription.once('confirmation', resolve));
    await subscription.unsubscribe();
  });

  it('read up to maxReads at once', async () => {
    const client = await serve({ maxReads: 0 });
    expect(await client.call(PATHS.read, readFrame({ count: 1 }))).toMatchObject({ status: 8, message: 'the server has its 0 reads under way' });
  });

  it('read in small pages when there is a crowd, and everything all the same', async () => {
    const client = await serve({ crowd: 1, crowdedPageBytes: 500, tailBytes: 500 });
    await client.call(PATHS.batchAppend, Buffer.concat(Array.from({ length: 50 }, (_, n) => batch(n, 2))));
    const first = client.start(PATHS.read);
    first.end(readFrame({}));
    await new Promise((resolve) => first.once('data', resolve));
    const answer = await client.call(PATHS.read, readFrame({ stream: 'limited', count: 1_000 }));
    expect(messagesOf(answer.body)).toHaveLength(100);
    first.close();
  });

  it('ask in at most maxRequestBytes', async () => {
    const client = await serve({ maxRequestBytes: 100 });
    expect(await client.call(PATHS.read, readFrame({ stream: 'x'.repeat(100), count: 1 }))).toMatchObject({ status: 8 });
    expect(await client.call(PATHS.read, readFrame({ stream: 'x', count: 1 }))).toMatchObject({ status: 0 });
    expect(await client.call(PATHS.read, Buffer.concat([readFrame({ stream: 'x', count: 1 }), readFrame({ stream: 'x', count: 1 })]))).toMatchObject({ status: 3 });
    expect(await client.call(PATHS.read, Buffer.alloc(0))).toMatchObject({ status: 3, message: 'no request message' });
  });
});

describe('a disk that is nearly full', () => {
  it('refuses appends with a reason and keeps serving reads', async () => {
    store = await TestServer.start();
    const client = store.client();
    await client.appendToStream('s', jsonEvent({ type: 'Before', data: {} }));
    await store.server.stop();
    await store.restartWith({ storage: { diskReserveBytes: Number.MAX_SAFE_INTEGER } });
    const stream = `full-${randomUUID()}`;
    await expect(client.appendToStream(stream, jsonEvent({ type: 'T', data: {} }))).rejects.toThrow(/disk/);
    await expect(client.appendToStream(stream, jsonEvent({ type: 'T', data: {} }), { credentials: { username: 'a', password: 'b' } })).rejects.toMatchObject({ code: 8 });
    await expect(client.deleteStream('s')).rejects.toMatchObject({ code: 8 });
    let read = 0;
    for await (const { event: stored } of client.readStream('s')) if (stored !== undefined) read++;
    expect(read).toBe(1);
  });
});
