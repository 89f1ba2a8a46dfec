import { RawGrpcClient } from '../probe/raw-grpc-client.js';
import { PATHS, readFrame } from '../probe/raw-requests.js';
import { FrameCounter } from './frame-counter.js';
import { AppendTemplate } from './payload.js';
import type { BenchServer } from './servers.js';

export interface Delivery {
  subscribers: number;
  deliveries: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Frames before the first live event: confirmation and caughtUp. */
const FRAMES_AHEAD = 2;
const CONNECTIONS = 4;

/** From sending an append to its arrival at each of many live subscribers of $all. */
export async function liveDelivery(server: BenchServer, subscribers: number, appends: number, everyMs: number): Promise<Delivery> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => RawGrpcClient.open(server.port)));
  const sentAt: number[] = [];
  const times: number[] = [];
  let arrived: () => void = () => undefined;
  const ready = Array.from({ length: subscribers }, (_, index) => {
    const stream = clients[index % CONNECTIONS]!.start(PATHS.read);
    const counter = new FrameCounter();
    stream.end(readFrame({ from: 'end' }));
    return new Promise<void>((resolve) => {
      stream.on('data', (chunk: Buffer) => {
        const before = counter.frames;
        counter.push(chunk);
        if (before < FRAMES_AHEAD && counter.frames >= FRAMES_AHEAD) resolve();
        const now = performance.now();
        for (let frame = Math.max(before, FRAMES_AHEAD); frame < counter.frames; frame++) times.push(now - sentAt[frame - FRAMES_AHEAD]!);
        if (times.length === subscribers * appends) arrived();
      });
    });
  });
  await Promise.all(ready);
  const writer = await RawGrpcClient.open(server.port);
  const all = new Promise<void>((resolve) => (arrived = resolve));
  const stream = writer.start(PATHS.batchAppend);
  stream.resume();
  const template = new AppendTemplate({ streamPrefix: 'bench-live' });
  for (let n = 0; n < appends; n++) {
    const frame = template.next(1);
    sentAt.push(performance.now());
    stream.write(frame);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  await all;
  for (const client of [...clients, writer]) client.close();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  return { subscribers, deliveries: times.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}
