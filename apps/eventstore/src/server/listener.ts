import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { ServerLimits } from '../limits.js';
import { routeByPreface } from '../transport/preface.js';
import { ServerStartError, type EventStoreServerOptions } from './options.js';

const TLS_HANDSHAKE_TIMEOUT_MS = 10_000;
/** A peer that vanished without a word is noticed after this. Milliseconds. */
const KEEP_ALIVE_MS = 30_000;

/** One listening port whose connections go to HTTP/2 or HTTP/1.1 by what they begin with. */
export interface Listener {
  readonly port: number;
  /** No new connections from now on; those that are open stay. */
  refuseNew(): void;
  /** Cuts every connection. */
  destroyAll(): void;
}

export interface ListenerRoutes {
  http2(socket: Socket): void;
  http1(socket: Socket): void;
  /** A connection was turned away because there are `maxConnections`. */
  onDropped(): void;
}

export async function listen(options: EventStoreServerOptions, limits: ServerLimits, routes: ListenerRoutes): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = options.tls === undefined ? createServer({ noDelay: true }) : secureServer(options.tls);
  const route = (socket: Socket): void => routeByPreface(socket, routes.http2, routes.http1);
  server.maxConnections = limits.maxConnections;
  server.on('drop', routes.onDropped);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('close', () => sockets.delete(socket));
    // Resets are the peer's business; whoever uses the socket sees its 'close'.
    socket.on('error', () => socket.destroy());
    if (options.tls === undefined) route(socket);
  });
  server.on('secureConnection', (socket: TLSSocket) => route(socket));
  server.on('tlsClientError', (_error: Error, socket: TLSSocket) => socket.destroy());
  const port = await open(server, options);
  return {
    port,
    refuseNew: () => server.close(),
    destroyAll: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function secureServer(tls: { cert: string | Buffer; key: string | Buffer }): Server {
  try {
    // OpenSSL takes a certificate and a key of different kinds and fails every handshake afterwards.
    if (!new X509Certificate(tls.cert).checkPrivateKey(createPrivateKey(tls.key))) throw new Error('they do not belong together');
    return createTlsServer({
      ...tls,
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS,
      minVersion: 'TLSv1.2',
      noDelay: true,
    });
  } catch (error) {
    throw new ServerStartError(`the TLS certificate or key cannot be used: ${(error as Error).message}`);
  }
}

function open(server: Server, options: EventStoreServerOptions): Promise<number> {
  const host = options.host ?? '127.0.0.1';
  const port = options.port ?? 0;
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE') reject(new ServerStartError(`port ${port} on ${host} is already in use`));
      else if (error.code === 'EACCES') reject(new ServerStartError(`this user may not listen on port ${port}`));
      else reject(new ServerStartError(`cannot listen on ${host}:${port}: ${error.message}`));
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.removeListener('error', onError);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new ServerStartError('listening on something that has no port'));
      else resolve(address.port);
    });
  });
}
