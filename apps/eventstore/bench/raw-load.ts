import { RawGrpcClient } from '../probe/raw-grpc-client.js';
import { PATHS, readFrame, type RawRead } from '../probe/raw-requests.js';
import { measured, type Rate } from './client-load.js';
import { FrameCounter } from './frame-counter.js';
import { AppendTemplate } from './payload.js';
import type { BenchServer } from './servers.js';

const APPENDS_A_WRITE = 64;

/** Durable appends of one event each over `connections` raw connections. */
export async function rawAppends(server: BenchServer, count: number, inFlight = 1_024, connections = 2): Promise<Rate> {
  const clients = await Promise.all(Array.from({ length: connections }, () => RawGrpcClient.open(server.port)));
  const share = Math.ceil(count / connections);
  const rate = await measured(server, async () => {
    await Promise.all(clients.map((client) => appendOver(client, share, inFlight / connections)));
    return share * connections;
  });
  for (const client of clients) client.close();
  return rate;
}

function appendOver(client: RawGrpcClient, count: number, inFlight: number): Promise<void> {
  const template = new AppendTemplate('bench-raw');
  const stream = client.start(PATHS.batchAppend);
  const counter = new FrameCounter();
  let sent = 0;
  const refill = (): void => {
    while (sent < count && sent - counter.frames + APPENDS_A_WRITE <= inFlight) {
      const now = Math.min(APPENDS_A_WRITE, count - sent);
      stream.write(template.next(now));
      sent += now;
    }
  };
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      counter.push(chunk);
      if (counter.frames >= count) {
        stream.close();
        resolve();
      } else refill();
    });
    stream.on('close', () => (counter.frames >= count ? resolve() : reject(new Error('the append call ended early'))));
    refill();
  });
}

/** Events counted as fast as the server sends them. */
export async function rawReads(server: BenchServer, read: RawRead, count: number): Promise<Rate> {
  const client = await RawGrpcClient.open(server.port);
  const rate = await measured(server, () => {
    const stream = client.start(PATHS.read);
    const counter = new FrameCounter();
    stream.end(readFrame(read));
    return new Promise<number>((resolve) => {
      stream.on('data', (chunk: Buffer) => {
        counter.push(chunk);
        if (counter.frames >= count) stream.close();
      });
      stream.on('close', () => resolve(counter.frames));
    });
  });
  client.close();
  return rate;
}
