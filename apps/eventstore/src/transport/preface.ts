import type { Socket } from 'node:net';

/** The first bytes of every HTTP/2 connection. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** A connection that says nothing for this long is closed. Milliseconds. */
const FIRST_BYTES_TIMEOUT_MS = 10_000;

/**
 * Looks at a connection's first bytes without consuming them and hands it to the protocol they belong to.
 * Anything that is not an HTTP/2 preface goes to HTTP/1.1, whose parser refuses what is neither.
 */
export function routeByPreface(socket: Socket, toHttp2: (socket: Socket) => void, toHttp1: (socket: Socket) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  socket.setTimeout(FIRST_BYTES_TIMEOUT_MS, () => socket.destroy());
  const onError = (): void => {
    socket.destroy();
  };
  const onReadable = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const compared = Math.min(seen.length, PREFACE.length);
    const isPreface = seen.compare(PREFACE, 0, compared, 0, compared) === 0;
    if (isPreface && seen.length < PREFACE.length) return;
    socket.removeListener('readable', onReadable);
    socket.removeListener('error', onError);
    socket.setTimeout(0);
    socket.removeAllListeners('timeout');
    socket.unshift(seen);
    if (isPreface) toHttp2(socket);
    else toHttp1(socket);
  };
  socket.on('error', onError);
  socket.on('readable', onReadable);
}
