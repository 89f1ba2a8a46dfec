import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { ServerLimits } from '../limits.js';
import { Connection } from './connection.js';
import { GrpcCall } from './grpc-call.js';

/** Receive windows: small enough that a thousand hostile connections cannot fill memory. */
const STREAM_WINDOW_BYTES = 256 * 1024;
const CONNECTION_WINDOW_BYTES = 1024 * 1024;
/** Node refuses new streams of a session that buffers more than this, in MB: hundreds of readers that stand still. */
const SESSION_MEMORY_MB = 256;
const MAX_HEADER_PAIRS = 64;
const MAX_HEADER_BYTES = 16 * 1024;

export interface Http2Endpoint {
  /** Takes sockets that speak HTTP/2, plain or TLS. */
  server: Http2Server;
  connections: Set<Connection>;
}

/**
 * HTTP/2 for gRPC. There is no 'request' listener, on purpose: with one, Node's compatibility layer takes the
 * streams over and breaks gRPC. HTTP/1.1 has its own server on the same port.
 */
export function createHttp2Endpoint(limits: ServerLimits, onCall: (call: GrpcCall) => void, onBug: (error: unknown) => void): Http2Endpoint {
  const connections = new Set<Connection>();
  const server = createServer({
    maxSessionMemory: SESSION_MEMORY_MB,
    maxHeaderListPairs: MAX_HEADER_PAIRS,
    maxSendHeaderBlockLength: MAX_HEADER_BYTES,
    settings: {
      initialWindowSize: STREAM_WINDOW_BYTES,
      maxConcurrentStreams: limits.maxStreamsPerConnection,
      maxHeaderListSize: MAX_HEADER_BYTES,
      enablePush: false,
    },
  });
  const known = new WeakMap<ServerHttp2Session, Connection>();
  server.on('session', (session) => {
    const connection = new Connection(session);
    known.set(session, connection);
    connections.add(connection);
    session.on('close', () => connections.delete(connection));
    watch(session, limits.connectionProbeMs);
    // What a peer does wrong ends its own session only; the error says nothing the close does not.
    session.on('error', () => session.destroy());
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
  });
  server.on('sessionError', (_error, session) => session.destroy());
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    // A stream that is reset in the tick it was opened in fails before anybody else listens to it; without this
    // listener the error would be the process's.
    stream.on('error', () => stream.destroy());
    const connection = stream.session === undefined ? undefined : known.get(stream.session as ServerHttp2Session);
    if (connection === undefined) stream.destroy();
    else accept(stream, headers, connection);
  });

  function accept(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, connection: Connection): void {
    if (headers[':method'] !== 'POST' || !String(headers['content-type'] ?? '').startsWith('application/grpc')) {
      refuseAsHttp(stream, headers[':method'] === 'POST' ? 415 : 405);
      return;
    }
    const call = new GrpcCall(stream, headers, connection, limits, onBug);
    connection.calls.add(call);
    call.onClose(() => connection.calls.delete(call));
    call.guard(() => onCall(call));
  }

  return { server, connections };
}

/**
 * Ends a session that leaves a ping unanswered until the next one is due: its peer is gone or reads nothing, or the
 * HTTP/2 library gave it up by itself (a peer that reset very many streams), which it tells nobody, and then reads
 * neither what still comes nor the end of it.
 */
function watch(session: ServerHttp2Session, probeMs: number): void {
  let isAnswered = true;
  const probe = setInterval(() => {
    if (!isAnswered) session.destroy();
    if (session.destroyed) return;
    isAnswered = false;
    session.ping(() => (isAnswered = true));
  }, probeMs);
  probe.unref();
  session.on('close', () => clearInterval(probe));
}

function refuseAsHttp(stream: ServerHttp2Stream, status: number): void {
  stream.respond({ ':status': status }, { endStream: true });
  stream.resume();
}
