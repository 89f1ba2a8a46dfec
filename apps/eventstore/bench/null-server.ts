import { createServer, type ServerHttp2Stream } from 'node:http2';
import { supportedMethodsFrame } from '../src/services/server-features.js';
import { MessageAssembler } from '../src/transport/message-assembler.js';
import { bytesTag, grpcFrame, ProtoReader, ProtoWriter } from '@ledger/protobuf';
import { readReadRequest } from '../src/wire/read-request.js';
import { CAUGHT_UP_FRAME, confirmationFrame } from '../src/wire/read-responses.js';
import { numberedId, PATHS } from '../probe/raw-requests.js';
import { PAYLOAD_BYTES, PAYLOAD_TYPE } from './payload.js';

/**
 * A server that does nothing: appends are answered without being looked at, reads are answered with one ready event
 * over and over. What a client reaches against it is the client's own ceiling.
 */
const MAX_MESSAGE_BYTES = 17 * 1024 * 1024;
const EVENTS_A_WRITE = 400;
const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };
/** `is_final: true` as clients write it, at the end of the last part of an append. */
const FINAL = Buffer.from([(4 << 3) | 0, 1]);
const EVENTS = Number(process.argv[2] ?? 50_000);

const event = grpcFrame((response) =>
  response.message(1, (readEvent) => {
    readEvent.message(1, (recorded) => {
      recorded.message(1, (id) => id.string(2, numberedId(1)));
      recorded.message(2, (identifier) => identifier.string(3, 'bench-read'));
      recorded.uint64(3, 100_000).uint64(4, 60_000_000).uint64(5, 60_000_000);
      const metadata = { type: PAYLOAD_TYPE, 'content-type': 'application/json', created: '17800000000000000' };
      for (const [key, value] of Object.entries(metadata)) recorded.message(6, (entry) => entry.string(1, key).string(2, value));
      recorded.bytes(8, PAYLOAD_BYTES);
    });
    readEvent.uint64(3, 60_000_000);
  }),
);
const run = Buffer.concat(Array.from({ length: EVENTS_A_WRITE }, () => event));
const features = supportedMethodsFrame([
  { service: 'event_store.client.streams.Streams', name: 'BatchAppend', features: [], handle: () => undefined },
  { service: 'event_store.client.streams.Streams', name: 'Read', features: [], handle: () => undefined },
]);

const server = createServer({ settings: { initialWindowSize: 1024 * 1024 } });
server.on('session', (session) => {
  session.on('error', () => session.destroy());
  session.setLocalWindowSize(4 * 1024 * 1024);
});
server.on('stream', (stream, headers) => {
  stream.on('error', () => stream.destroy());
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.respond(HEADERS, { waitForTrailers: true });
  switch (headers[':path']) {
    case PATHS.batchAppend:
      acknowledge(stream);
      return;
    case PATHS.read: {
      const assembler = new MessageAssembler(MAX_MESSAGE_BYTES, (message) => void repeat(stream, message));
      stream.on('data', (chunk: Buffer) => assembler.push(chunk));
      return;
    }
    default:
      stream.end(features);
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') process.stdout.write(`${JSON.stringify({ port: address.port })}\n`);
});

function acknowledge(stream: ServerHttp2Stream): void {
  const writer = new ProtoWriter();
  let planned = false;
  const assembler = new MessageAssembler(MAX_MESSAGE_BYTES, (message) => {
    const reader = new ProtoReader(message);
    if (reader.tag() !== bytesTag(1)) return;
    const correlation = reader.slice();
    if (!message.subarray(-2).equals(FINAL)) return;
    writer.frame((response) => {
      response.bytes(1, correlation);
      response.message(3, (success) => success.uint64(1, 100_000).message(3, (at) => at.uint64(1, 60_000_000).uint64(2, 60_000_000)));
    });
    if (planned) return;
    planned = true;
    process.nextTick(() => {
      planned = false;
      stream.write(writer.take());
    });
  });
  stream.on('data', (chunk: Buffer) => assembler.push(chunk));
  stream.on('end', () => stream.end());
}

async function repeat(stream: ServerHttp2Stream, message: Buffer): Promise<void> {
  const request = readReadRequest(message);
  if (request.count === undefined) stream.write(confirmationFrame('null'));
  let proceed: () => void = () => undefined;
  stream.on('drain', () => proceed()).on('close', () => proceed());
  let left = Math.min(request.count ?? EVENTS, EVENTS);
  while (left > 0 && !stream.destroyed) {
    const count = Math.min(left, EVENTS_A_WRITE);
    left -= count;
    if (!stream.write(count === EVENTS_A_WRITE ? run : run.subarray(0, event.length * count))) {
      await new Promise<void>((resolve) => (proceed = resolve));
    }
  }
  if (request.count === undefined) stream.write(CAUGHT_UP_FRAME);
  else stream.end();
}
