import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { startEventStoreServer, type EventStoreServer, type EventStoreServerOptions } from '../../src/index.js';

/** A server on a folder of its own and the clients that were made for it. */
export class TestServer {
  private readonly clients: EventStoreDBClient[] = [];

  private constructor(
    public server: EventStoreServer,
    readonly dir: string,
    private readonly options: Partial<EventStoreServerOptions>,
  ) {}

  static async start(options: Partial<EventStoreServerOptions> = {}): Promise<TestServer> {
    const dir = mkdtempSync(join(tmpdir(), 'soquy-es-'));
    return new TestServer(await startEventStoreServer({ dir, ...options }), dir, options);
  }

  /** A client that is disposed of with the server. `query` is added to the connection string. */
  client(query = ''): EventStoreDBClient {
    const glue = this.server.connectionString.includes('?') ? '&' : '?';
    const client = EventStoreDBClient.connectionString(query === '' ? this.server.connectionString : `${this.server.connectionString}${glue}${query}`);
    this.clients.push(client);
    return client;
  }

  /** Stops and starts again on the same folder and port. */
  restart(): Promise<void> {
    return this.restartWith({});
  }

  /** Likewise, with other options. */
  async restartWith(options: Partial<EventStoreServerOptions>): Promise<void> {
    const { port } = this.server;
    await this.server.stop();
    this.server = await startEventStoreServer({ dir: this.dir, ...this.options, ...options, port });
  }

  async stop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.dispose()));
    await this.server.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Collects what a read brings. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
