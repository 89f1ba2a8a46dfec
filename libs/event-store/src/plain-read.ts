import { constants, connect, type IncomingHttpHeaders } from 'node:http2';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { TOO_LATE, within } from './deadline.js';
import { followedMessage, type Followed } from './followed-message.js';
import { StreamBroken } from './pull.js';

// The whole log over a plain connection of its own, without grpc's classes: they hand over one message at a time, through
// promises and a queue each, which took half of what reading a million events took. Where the store wants TLS or a
// password, the client's own connection is used.

const PATH = '/event_store.client.streams.Streams/Read';
/** What the store may send before somebody has looked at it. */
const WINDOW_BYTES = 1 << 20;
/** Flag and length before each message. */
const HEAD_BYTES = 5;
const MOST_BYTES = 64 << 20;

/** Whether a store is spoken to in the clear and without a password. */
export function isPlain(connectionString: string): boolean {
  return /[?&]tls=false(&|$)/i.test(connectionString) && !connectionString.includes('@');
}

/** Address and port of the node that the client has chosen. Throws StreamBroken. */
export async function plainTarget(client: EventStoreDBClient, silenceMs: number): Promise<string> {
  const channel = await within(client['getChannel'](), silenceMs).catch((error: unknown) => {
    throw new StreamBroken(error instanceof Error ? error.message : String(error), { cause: error });
  });
  if (channel === TOO_LATE) throw new StreamBroken(`the store said nothing for ${silenceMs} ms`);
  return channel.getTarget().replace(/^dns:\/*/, '');
}

/** What the call answers, as much at a time as has come. Throws StreamBroken. */
export async function* plainReadInPages(target: string, request: Buffer, silenceMs: number): AsyncGenerator<Followed[], void, undefined> {
  const session = connect(`http://${target}`, { settings: { enablePush: false, initialWindowSize: WINDOW_BYTES } });
  // What fails is told by the call.
  session.on('error', () => undefined).once('connect', () => session.setLocalWindowSize(WINDOW_BYTES));
  try {
    const call = session.request({ ':method': 'POST', ':path': PATH, 'content-type': 'application/grpc', te: 'trailers' });
    let end: IncomingHttpHeaders = {};
    const ended = new Promise<void>((resolve) => {
      // An error is thrown where the next chunk is waited for; one that comes after that is nobody's.
      call.on('error', () => undefined).on('response', (headers) => (end = headers)).on('trailers', (trailers) => (end = trailers)).once('close', resolve);
    });
    call.end(framed(request));
    const unpack = new Messages();
    const chunks = call[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    for (;;) {
      const next = await within(chunks.next(), silenceMs);
      if (next === TOO_LATE) throw new Error(`the store said nothing for ${silenceMs} ms`);
      if (next.done === true) break;
      const page = unpack.take(next.value).map(followedMessage);
      if (page.length > 0) yield page;
    }
    await ended;
    demandOk(end, call.rstCode);
    if (unpack.hasRest) throw new Error('the store ended in the middle of a message');
  } catch (error) {
    throw error instanceof StreamBroken ? error : new StreamBroken(error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    session.destroy();
  }
}

function demandOk(end: IncomingHttpHeaders, rstCode: number | undefined): void {
  const status = end['grpc-status'];
  if (status === '0') return;
  const message = decodeURIComponent(String(end['grpc-message'] ?? ''));
  if (status !== undefined) throw new Error(`${String(status)} ${message}`.trim());
  throw new Error(rstCode === constants.NGHTTP2_NO_ERROR ? 'the store ended the read without saying how' : `the store broke the read off (${rstCode})`);
}

function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Takes messages out of bytes that come in any portions. */
export class Messages {
  private rest: Buffer = Buffer.alloc(0);

  get hasRest(): boolean { return this.rest.length > 0; }

  take(chunk: Buffer): Buffer[] {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const messages: Buffer[] = [];
    let at = 0;
    while (bytes.length - at >= HEAD_BYTES) {
      if (bytes[at] !== 0) throw new Error('the store sent a compressed message, which nobody asked for');
      const length = bytes.readUInt32BE(at + 1);
      if (length > MOST_BYTES) throw new Error(`the store announced a message of ${length} bytes`);
      if (bytes.length - at - HEAD_BYTES < length) break;
      messages.push(bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length));
      at += HEAD_BYTES + length;
    }
    this.rest = bytes.subarray(at);
    return messages;
  }
}
