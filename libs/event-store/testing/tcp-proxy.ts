import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A proxy between client and server that can lose what the server answers, or everything. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private swallowing: 'nothing' | 'answers' | 'everything' = 'nothing';
  private swallowed = false;

  private constructor(private readonly targetPort: number) {
    this.server = createServer((client) => this.relay(client));
  }

  static async to(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    return `esdb://127.0.0.1:${(this.server.address() as AddressInfo).port}?tls=false`;
  }

  /** The connection string of a Postgres on this machine, led through here instead of to its port or socket. */
  leading(postgresUrl: string): string {
    const url = new URL(postgresUrl);
    url.port = new URL(this.url).port;
    url.searchParams.delete('host');
    return url.toString();
  }

  /** Whether something has been lost since `swallow` was called. */
  get hasSwallowed(): boolean {
    return this.swallowed;
  }

  swallow(what: 'answers' | 'everything'): void {
    this.swallowing = what;
    this.swallowed = false;
  }

  /** New connections are served again; what is left of the old ones is cut, as they have holes. */
  heal(): void {
    this.swallowing = 'nothing';
    this.cut();
  }

  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private relay(client: Socket): void {
    const target = connect(this.targetPort, '127.0.0.1');
    for (const socket of [client, target]) {
      this.sockets.add(socket);
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
      // Connections are cut on purpose here; both ends learn of it by the close that follows.
      socket.on('error', () => socket.destroy());
    }
    client.on('data', (bytes) => this.pass(bytes, target, this.swallowing === 'everything'));
    target.on('data', (bytes) => this.pass(bytes, client, this.swallowing !== 'nothing'));
  }

  private pass(bytes: Buffer, to: Socket, lost: boolean): void {
    if (lost) this.swallowed = true;
    else to.write(bytes);
  }
}
