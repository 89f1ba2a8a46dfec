import { RawGrpcClient } from '../probe/raw-grpc-client.js';
import { PATHS, readFrame, type RawRead } from '../probe/raw-requests.js';
import { measured, type Rate } from './client-load.js';
import { FrameCounter } from './frame-counter.js';
import { AppendTemplate, type AppendShape } from './payload.js';
import type { BenchServer } from './servers.js';

const LARGEST_BURST = 64;

export interface AppendLoad extends AppendShape {
  appends: number;
  inFlight?: number;
  connections?: number;
}

/** Durable appends over raw connections; appends a second. */
export async function rawAppends(server: BenchServer, load: AppendLoad): Promise<Rate> {
  const { appends, inFlight = 1_024, connections = 2 } = load;
  const clients = await Promise.all(Array.from({ length: connections }, () => RawGrpcClient.open(server.port)));
  const share = Math.ceil(appends / connections);
  const rate = await measured(server, async () => {
    await Promise.all(clients.map((client) => appendOver(client, new AppendTemplate(load), share, inFlight / connections)));
    return share * connections;
  });
  for (const client of clients) client.close();
  return rate;
}

function appendOver(client: RawGrpcClient, template: AppendTemplate, count: number, inFlight: number): Promise<void> {
  const stream = client.start(PATHS.batchAppend);
  const counter = new FrameCounter();
  const burst = Math.min(LARGEST_BURST, inFlight);
  let sent = 0;
  const refill = (): void => {
    while (sent < count && sent - counter.frames + burst <= inFlight) {
      const now = Math.min(burst, count - sent);
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
