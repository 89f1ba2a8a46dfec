import { constants } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { answerOf, RawGrpcClient } from '../probe/raw-grpc-client.js';
import { appendFrames, batchAppendFrame, numberedId, PATHS, readFrame } from '../probe/raw-requests.js';
import type { Random } from './random.js';

/** One kind of hostile or broken behaviour against the server on `port`. Resolves when it has left. */
export type Attack = (port: number, random: Random) => Promise<void>;

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const EMPTY_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
/** How long a broken caller waits for the server to hang up before it does so itself. */
const PATIENCE_MS = 300;
const METHODS = Object.values(PATHS);

function event(random: Random): { id: string; type: string; data: Buffer } {
  return { id: numberedId(random.below(2 ** 40), 0xf022), type: 'Fuzzed', data: random.bytes(random.below(200)) };
}

function validRequest(random: Random): { path: string; body: Buffer } {
  const stream = `fuzz-${random.below(50)}`;
  switch (random.below(5)) {
    case 0:
      return { path: PATHS.append, body: appendFrames(stream, [event(random), event(random)]) };
    case 1:
      return { path: PATHS.read, body: readFrame({ stream, count: 1 + random.below(20) }) };
    case 2:
      return { path: PATHS.read, body: readFrame({ count: 5, filter: { on: 'type', regex: '^[^$].*' } }) };
    case 3:
      return { path: PATHS.features, body: Buffer.alloc(5) };
    default:
      return {
        path: PATHS.batchAppend,
        body: batchAppendFrame({ correlation: numberedId(random.below(2 ** 40)), stream, events: [event(random), event(random)], isFinal: random.below(2) === 0 }),
      };
  }
}

/** Writes bytes to a fresh connection and waits until it is closed, by either side. */
function throwBytes(port: number, parts: readonly Buffer[]): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1');
    const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
    socket.on('error', () => socket.destroy());
    socket.on('data', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    for (const part of parts) socket.write(part);
  });
}

async function withClient(port: number, work: (client: RawGrpcClient) => Promise<void>, windowBytes?: number): Promise<void> {
  const client = await RawGrpcClient.open(port, '127.0.0.1', windowBytes === undefined ? {} : { windowBytes });
  try {
    await work(client);
  } finally {
    client.close();
  }
}

/** A call that the caller abandons when the server does not end it. */
async function impatient(client: RawGrpcClient, path: string, body: Buffer): Promise<void> {
  const stream = client.start(path);
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), PATIENCE_MS);
  stream.end(body);
  await answerOf(stream);
  clearTimeout(timer);
}

const randomBytes: Attack = (port, random) => throwBytes(port, [random.bytes(1 + random.below(4_000))]);

const bytesAfterPreface: Attack = (port, random) => throwBytes(port, [PREFACE, EMPTY_SETTINGS, random.bytes(1 + random.below(4_000))]);

const http2Frames: Attack = (port, random) => {
  const frames: Buffer[] = [PREFACE, EMPTY_SETTINGS];
  for (let count = random.below(30); count >= 0; count--) {
    const payload = random.bytes(random.below(64));
    const header = Buffer.from([0, 0, payload.length, random.below(12), random.below(256), 0, 0, 0, random.below(8)]);
    frames.push(header, payload);
  }
  return throwBytes(port, frames);
};

const settingsFlood: Attack = (port) => throwBytes(port, [PREFACE, ...Array.from({ length: 2_000 }, () => EMPTY_SETTINGS)]);

const randomBodies: Attack = (port, random) =>
  withClient(port, async (client) => {
    await Promise.all(METHODS.map((path) => impatient(client, path, random.bytes(random.below(300)))));
  });

const mutatedRequests: Attack = (port, random) =>
  withClient(port, async (client) => {
    const calls = Array.from({ length: 30 }, () => validRequest(random));
    await Promise.all(calls.map(({ path, body }) => impatient(client, path, random.mutate(body))));
  });

/** The frame is whole, what is inside lies: the protobuf is changed, the gRPC length is right. */
const lyingProtobuf: Attack = (port, random) =>
  withClient(port, async (client) => {
    const calls = Array.from({ length: 30 }, () => {
      const { path, body } = validRequest(random);
      const payload = random.mutate(body.subarray(5));
      const prefix = Buffer.alloc(5);
      prefix.writeUInt32BE(payload.length, 1);
      return { path, body: Buffer.concat([prefix, payload]) };
    });
    await Promise.all(calls.map(({ path, body }) => impatient(client, path, body)));
  });

const truncatedRequests: Attack = (port, random) =>
  withClient(port, async (client) => {
    const calls = Array.from({ length: 20 }, () => validRequest(random));
    await Promise.all(calls.map(({ path, body }) => impatient(client, path, body.subarray(0, random.below(body.length)))));
  });

const oversizedFrames: Attack = (port, random) =>
  withClient(port, async (client) => {
    const header = Buffer.alloc(5);
    header.writeUInt32BE(random.pick([0xffff_ffff, 0x7fff_ffff, 17 * 1024 * 1024 + 1]), 1);
    await Promise.all(METHODS.map((path) => impatient(client, path, Buffer.concat([header, random.bytes(1_000)]))));
  });

const streamsOpenedAndDropped: Attack = (port, random) =>
  withClient(port, async (client) => {
    for (let count = 0; count < 200; count++) {
      const { path, body } = validRequest(random);
      const stream = client.start(path);
      if (random.below(2) === 0) stream.write(body);
      stream.close(random.pick([constants.NGHTTP2_CANCEL, constants.NGHTTP2_NO_ERROR, constants.NGHTTP2_INTERNAL_ERROR]));
    }
    await impatient(client, PATHS.features, Buffer.alloc(5));
  });

const slowReaders: Attack = (port, random) =>
  withClient(
    port,
    async (client) => {
      for (let count = 0; count < 20; count++) {
        const stream = client.start(PATHS.read);
        stream.pause();
        stream.end(readFrame(random.below(2) === 0 ? {} : { count: 100_000 }));
      }
      await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    },
    1 + random.below(100),
  );

const unfinishedAppends: Attack = (port, random) =>
  withClient(port, async (client) => {
    const stream = client.start(PATHS.batchAppend);
    const answers = answerOf(stream);
    for (let count = 0; count < 200; count++) {
      const correlation = numberedId(random.below(100), 0xabc);
      const hasOptions = random.below(3) > 0;
      stream.write(batchAppendFrame({ correlation, ...(hasOptions ? { stream: 'fuzz-unfinished' } : {}), events: [event(random)], isFinal: random.below(4) === 0 }));
    }
    if (random.below(2) === 0) stream.end();
    const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), PATIENCE_MS);
    await answers;
    clearTimeout(timer);
  });

const heavyHeaders: Attack = (port, random) =>
  withClient(port, async (client) => {
    const headers: Record<string, string> = { authorization: 'x'.repeat(random.below(20_000)) };
    for (let count = random.below(200); count > 0; count--) headers[`x-${count}`] = 'y';
    const stream = client.start(PATHS.features, headers);
    const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), PATIENCE_MS);
    stream.end(Buffer.alloc(5));
    await answerOf(stream);
    clearTimeout(timer);
  });

const http1Nonsense: Attack = (port, random) =>
  throwBytes(port, [
    random.pick([
      Buffer.from(`GET /${'a'.repeat(random.below(40_000))} HTTP/1.1\r\n\r\n`),
      Buffer.from(`POST /ping HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n${'b'.repeat(1_000)}`),
      Buffer.from('GET /metrics HTTP/1.1\r\nHost: x\r\n'),
      Buffer.concat([Buffer.from('GET '), random.bytes(200)]),
    ]),
  ]);

/** Every attack by name. */
export const ATTACKS: Record<string, Attack> = {
  randomBytes,
  bytesAfterPreface,
  http2Frames,
  settingsFlood,
  randomBodies,
  mutatedRequests,
  lyingProtobuf,
  truncatedRequests,
  oversizedFrames,
  streamsOpenedAndDropped,
  slowReaders,
  unfinishedAppends,
  heavyHeaders,
  http1Nonsense,
};
