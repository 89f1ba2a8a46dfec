import { randomBytes } from 'node:crypto';
import { START, EventStoreDBClient } from '@eventstore/db-client';
import { startEventStoreServer } from '../server/event-store-server.js';
import { LOG_STREAM, openEventStore } from '@ledger/event-store';
import type { EventStoreServer } from '../server/options.js';
import type { EventLog, ProposedEvent, StoredRecord } from '../storage/index.js';
import { TemporaryLogs, proposed, wholeLog } from '../storage/testing/temporary-logs.js';
import { copyLog } from './index.js';

jest.setTimeout(120_000);

const logs = new TemporaryLogs();
let dir: string;
let source: EventLog;
let destination: EventStoreServer;

beforeEach(async () => {
  dir = await logs.folder();
  source = await logs.open(dir, { segmentBytes: 16_384 });
  destination = await startEventStoreServer({ dir: await logs.folder() });
});
afterEach(async () => {
  await destination.stop();
  await logs.removeAll();
});

function event(type: string, contentType: string, data: string | Buffer, metadata: string | Buffer): ProposedEvent {
  return { id: randomBytes(16), type, contentType, data: Buffer.from(data), customMetadata: Buffer.from(metadata) };
}

/** Everything that has to be the same on both sides, in the order of the log. */
function content(records: readonly StoredRecord[]): string[] {
  return records.filter((record) => !record.stream.startsWith('$') && record.stream !== LOG_STREAM && !record.isTombstone).map((record) => JSON.stringify([
    record.stream, record.revision, record.type, record.contentType,
    record.id().toString('hex'), record.data().toString('base64'), record.customMetadata().toString('base64'),
  ]));
}

async function fill(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) {
    await source.append(`fund-${n % 5}`, 'any', [
      event('Số đã ghi', 'application/json', `{ "b": 1.0,  "a": "\\u0111",\n "n": ${n} }`, '{"x" : 1e2}'),
      event('Picture', 'application/octet-stream', randomBytes(50), randomBytes(20)),
    ]);
  }
}

describe('copying a log to another server', () => {
  it('keeps ids, order, types and every byte; leaves system events behind; goes on where it was', async () => {
    await fill(0, 40);
    await source.append('$$fund-1', 'any', [proposed('{"$maxCount":2}', '$metadata')]);
    await source.append('gone', 'any', [proposed('1'), proposed('2')]);
    await source.softDelete('gone', 'any');
    await source.append('ended', 'any', [proposed('3')]);
    await source.tombstone('ended', 'any');
    const progress: number[] = [];
    const first = await copyLog(dir, destination.connectionString, ({ done, total }) => progress.push(done / total));
    expect(first).toEqual({ kind: 'copied', events: 83, alreadyThere: 0, leftBehind: 5 });
    expect(progress.at(-1)).toBe(1);
    expect(content(await wholeLog(destination.log))).toEqual(content(await wholeLog(source)));

    await fill(40, 50);
    expect(await copyLog(dir, destination.connectionString)).toEqual({ kind: 'copied', events: 20, alreadyThere: 83, leftBehind: 5 });
    expect(await copyLog(dir, destination.connectionString)).toEqual({ kind: 'copied', events: 0, alreadyThere: 103, leftBehind: 5 });
    expect(content(await wholeLog(destination.log))).toEqual(content(await wholeLog(source)));
  });

  it('leaves the id of the log behind: a ledger at the destination names its own, before the copy or after it', async () => {
    const idAt = async (server: EventStoreServer): Promise<string> => {
      const store = openEventStore(server.connectionString);
      return store.logId().finally(() => store.close());
    };
    await fill(0, 2);
    await source.append(LOG_STREAM, 'any', [event('LogIdentified', 'application/json', '{"logId":"5f1e7a3c-0000-4000-8000-000000000000"}', '{}')]);
    await fill(2, 4);
    for (const nth of [0, 1]) {
      const server = await startEventStoreServer({ dir: await logs.folder() });
      try {
        const own = nth === 0 ? await idAt(server) : undefined;
        expect(await copyLog(dir, server.connectionString)).toEqual({ kind: 'copied', events: 8 + 2 * nth, alreadyThere: 0, leftBehind: 3 });
        const named = await idAt(server);
        expect(named).not.toMatch(/^5f1e7a3c/);
        expect(own ?? named).toBe(named);
        await fill(4 + nth, 5 + nth);
        expect(await copyLog(dir, server.connectionString)).toEqual({ kind: 'copied', events: 2, alreadyThere: 8 + 2 * nth, leftBehind: 3 });
        expect(await copyLog(dir, server.connectionString)).toEqual({ kind: 'copied', events: 0, alreadyThere: 10 + 2 * nth, leftBehind: 3 });
        expect(await idAt(server)).toBe(named);
        expect(content(await wholeLog(server.log))).toEqual(content(await wholeLog(source)));
      } finally {
        await server.stop();
      }
    }
  });

  it('finds the last copied event behind any number of those that are not', async () => {
    await fill(0, 40);
    await copyLog(dir, destination.connectionString);
    for (let n = 0; n < 100; n++) await destination.log.append('$stats-node', 'any', [proposed(String(n))]);
    expect(await copyLog(dir, destination.connectionString)).toMatchObject({ kind: 'copied', events: 0, alreadyThere: 80 });
  });

  it('reads the same through the client at both ends', async () => {
    await fill(0, 3);
    await copyLog(dir, destination.connectionString);
    const client = EventStoreDBClient.connectionString(destination.connectionString);
    const read: unknown[] = [];
    for await (const { event: stored } of client.readStream('fund-1', { fromRevision: START })) read.push(stored?.isJson ? stored.data : stored?.type);
    await client.dispose();
    expect(read).toEqual([{ a: 'đ', b: 1, n: 1 }, 'Picture']);
  });

  it('stops before it writes where the destination holds another log', async () => {
    await fill(0, 3);
    await destination.log.append('fund-1', 'any', [proposed('foreign')]);
    const before = (await wholeLog(destination.log)).length;
    expect(await copyLog(dir, destination.connectionString)).toMatchObject({ kind: 'refused', code: 'destination_is_another_log' });
    expect(await wholeLog(destination.log)).toHaveLength(before);
  });

  it('says that the destination cannot be reached, and that there is nothing to copy', async () => {
    const nobody = 'esdb://127.0.0.1:1?tls=false&maxDiscoverAttempts=1';
    expect(await copyLog(dir, nobody)).toMatchObject({ kind: 'refused', code: 'destination_cannot_be_read' });
    expect(await copyLog(`${dir}/nothing`, nobody)).toMatchObject({ kind: 'refused', code: 'folder_holds_no_log' });
  });

  it('says which event the destination did not take, and can be run again', async () => {
    await fill(0, 3);
    await source.append('large', 'any', [event('Large', 'application/octet-stream', randomBytes(3 << 20), '')]);
    await fill(3, 4);
    const refused = await copyLog(dir, destination.connectionString);
    expect(refused).toMatchObject({ kind: 'refused', code: 'destination_refused_an_append', text: { en: expect.stringContaining('large@0') as string } });
    expect(content(await wholeLog(destination.log))).toEqual(content(await wholeLog(source)).slice(0, 6));
  });
});
