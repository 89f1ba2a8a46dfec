import { constants } from 'node:http2';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ATTACKS } from '../fuzz/attacks.js';
import { GoodCitizen } from '../fuzz/good-citizen.js';
import { Random } from '../fuzz/random.js';
import { answerOf, RawGrpcClient } from '../probe/raw-grpc-client.js';
import { batchAppendFrame, numberedId, PATHS, readFrame } from '../probe/raw-requests.js';
import { TestServer } from './support/test-server.js';

jest.setTimeout(600_000);
const SEED = 20_260_731;
const MIB = 1024 * 1024;
/** What two rounds of the same may differ by without anything having grown. */
const NOISE = 32 * MIB;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function memory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const settle = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let store: TestServer;
let citizen: GoodCitizen;
beforeEach(async () => {
  store = await TestServer.start();
  citizen = new GoodCitizen(store.server.connectionString);
});
afterEach(() => store.stop());

async function expectNothingNoticed(): Promise<void> {
  const { trouble, appended } = await citizen.finish();
  expect(trouble).toBeUndefined();
  expect(appended).toBeGreaterThan(0);
}

it.each(Object.keys(ATTACKS))('%s: the server lives, other clients notice nothing', async (name) => {
  const random = new Random(SEED);
  for (let round = 0; round < 3; round++) await ATTACKS[name]!(store.server.port, random);
  await expectNothingNoticed();
});

it('10,000 streams opened and dropped leave nothing behind', async () => {
  const dropThousand = async (): Promise<void> => {
    const client = await RawGrpcClient.open(store.server.port);
    for (let count = 0; count < 1_000; count++) {
      const stream = client.start(count % 2 === 0 ? PATHS.read : PATHS.batchAppend);
      stream.write(count % 2 === 0 ? readFrame({}) : batchAppendFrame({ correlation: numberedId(count), stream: 'dropped', events: [], isFinal: false }));
      stream.close(constants.NGHTTP2_CANCEL);
    }
    await answerOf(client.start(PATHS.features).end(Buffer.alloc(5)));
    client.close();
  };
  await dropThousand();
  await settle(100);
  const before = memory();
  for (let times = 0; times < 9; times++) await dropThousand();
  await settle(100);
  expect(memory() - before).toBeLessThan(NOISE);
  await expectNothingNoticed();
});

it('subscribers that do not read hold no growth, however much is written', async () => {
  const lazy = await RawGrpcClient.open(store.server.port, '127.0.0.1', { windowBytes: 1_000 });
  for (let count = 0; count < 50; count++) {
    const stream = lazy.start(PATHS.read);
    stream.pause();
    stream.end(readFrame({ from: 'end' }));
  }
  const writer = store.client();
  const { jsonEvent } = await import('@eventstore/db-client');
  const write = async (megabytes: number): Promise<void> => {
    const data = { text: 'x'.repeat(10_000) };
    for (let n = 0; n < megabytes * 2; n++) await writer.appendToStream('big', Array.from({ length: 50 }, () => jsonEvent({ type: 'Big', data })));
  };
  await write(10);
  const before = memory();
  await write(20);
  expect(memory() - before).toBeLessThan(NOISE);
  lazy.close();
  await expectNothingNoticed();
});

it('a writer that does not read its answers is held back', async () => {
  const deaf = await RawGrpcClient.open(store.server.port, '127.0.0.1', { windowBytes: 100 });
  const stream = deaf.start(PATHS.batchAppend);
  stream.pause();
  let sent = 0;
  let blocked = false;
  for (; sent < 40_000 && !blocked; sent++) {
    const event = { id: numberedId(sent, 7), type: 'Deaf', data: Buffer.alloc(200) };
    const flows = stream.write(batchAppendFrame({ correlation: numberedId(sent, 8), stream: 'deaf', events: [event], isFinal: true }));
    if (!flows) blocked = !(await Promise.race([new Promise<boolean>((resolve) => stream.once('drain', () => resolve(true))), settle(2_000).then(() => false)]));
  }
  expect(blocked).toBe(true);
  deaf.close();
  await expectNothingNoticed();
});
