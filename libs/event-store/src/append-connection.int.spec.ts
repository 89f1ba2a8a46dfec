import { randomUUID } from 'node:crypto';
import type { EventMetadata } from '@ledger/kernel';
import { ServerProcess } from '../testing/server-process.js';
import type { AppendCall } from './append-call.js';
import { AppendConnection } from './append-connection.js';
import { appendMessage } from './append-message.js';

jest.setTimeout(60_000);

const server = new ServerProcess();
let connection: AppendConnection;
beforeAll(() => server.start());
afterAll(() => server.remove());
beforeEach(async () => {
  connection = new AppendConnection(`esdb://127.0.0.1:${server.port}?tls=false`);
  await connection.established();
});
afterEach(() => connection.end());

const metadata: EventMetadata = { commandId: 'c', inputHash: 'f0', correlationId: 'c', causationId: 'c', actorId: 'thu-quy', recordedAt: '2023-05-04T01:02:03.000Z', schemaVersion: 1 };
const send = () => {
  const correlation = randomUUID();
  return connection.send(correlation, appendMessage({ correlation, stream: `test-${correlation}`, expected: 'no_stream', events: [{ id: randomUUID(), type: 'Noted', data: {}, metadata }], withinSeconds: 10 }));
};
const calls = (): AppendCall[] => connection['calls'];
const kindOf = async (sent: ReturnType<typeof send>): Promise<string> => sent.then(({ kind }) => kind, (error: Error) => error.name);

it('shares appends that are under way among calls, sixteen at most, and uses those again', async () => {
  expect(await Promise.all(Array.from({ length: 100 }, () => kindOf(send())))).toEqual(Array.from({ length: 100 }, () => 'appended'));
  expect(calls()).toHaveLength(16);
  for (let at = 0; at < 3; at += 1) expect(await kindOf(send())).toBe('appended');
  expect(calls()).toHaveLength(16);
});

it('loses with one call what was sent on that one, and nothing else', async () => {
  const sent = Array.from({ length: 6 }, () => kindOf(send()));
  calls()[2]!.giveUp();
  expect(await Promise.all(sent)).toEqual(['appended', 'appended', 'CallEnded', 'appended', 'appended', 'appended']);
  expect(calls()).toHaveLength(5);
  expect(await kindOf(send())).toBe('appended');
});

it('gives up calls that hang, and no others', async () => {
  await Promise.all([send(), send(), send()]);
  const stuck = calls()[1]!;
  // What the server answers on it is no longer heard.
  (await stuck['call']).removeAllListeners('data');
  const sent = [send(), send(), send()].map(kindOf);
  await Promise.all([sent[0], sent[2]]);
  connection.endCallsStuckSince(performance.now());
  expect(await Promise.all(sent)).toEqual(['appended', 'CallEnded', 'appended']);
  expect(calls()).not.toContain(stuck);
});
