import { connect, type Socket } from 'node:net';
import { derivedId } from '@ledger/kernel';
import { donation, found } from './support/founding.js';
import { contradictions, readLog } from './support/ledger-log.js';
import type { PartProcess } from './support/part-process.js';
import { ACTOR, ProcessHouse, TOKEN, until } from './support/process-house.js';
import { Crowd, persist, type Answered, type Order } from './support/steady-client.js';

jest.setTimeout(180_000);

const CLIENTS = 32;
const IDLE = 1_000;
const HASTY = 100;

let house: ProcessHouse;
let api: PartProcess;
beforeAll(async () => {
  house = await ProcessHouse.open();
  api = await house.start('api');
  await found(() => api.url, TOKEN, ['F']);
});
afterAll(() => house.close());

const open = (port: number): Promise<Socket> => new Promise((resolve, reject) => {
  const socket = connect(port, '127.0.0.1', () => resolve(socket));
  socket.on('error', reject);
});

async function gauge(name: string): Promise<number> {
  const text = await (await fetch(`${api.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

it('clients that hang up in the middle leave nothing behind, and their retry is told the truth', async () => {
  const orders = Array.from({ length: HASTY }, () => donation('F', 1n));
  const hangUp = async ({ path, body, key }: Order, at: number): Promise<void> => {
    const text = JSON.stringify(body);
    const socket = await open(Number(new URL(api.url).port));
    socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\nIdempotency-Key: ${key}\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n`);
    // Some before the body is complete, some the moment after, some a little later.
    socket.write(at % 3 === 0 ? text.slice(0, 20) : text);
    await new Promise((resolve) => setTimeout(resolve, (at % 5) * 3));
    socket.destroy();
  };
  await Promise.all(orders.map(hangUp));
  const answered = await Promise.all(orders.map((one) => persist(() => api.url, one, TOKEN)));
  expect(answered.map(({ last }) => last.status)).toEqual(orders.map(() => 201));
  const log = await readLog(house.servers.eventstoreUrl);
  expect(contradictions(log, answered, ACTOR)).toEqual([]);
  const booked = new Set(log.map(({ metadata }) => metadata.commandId));
  expect(orders.filter(({ key }) => !booked.has(derivedId('command', ACTOR, key)))).toEqual([]);
  // Only what asks for the metrics is open now, and the clients' idle connections.
  await until(async () => (await gauge('soquy_commands_in_process')) === 0);
  expect(await gauge('soquy_append_commands_count\\{outcome="appended"\\}')).toBeGreaterThan(0);
});

it(`${IDLE} idle connections to the api and ${IDLE} to the event store are noticed by nobody`, async () => {
  const idle: Socket[] = [];
  for (const port of [Number(new URL(api.url).port), house.store.port]) {
    for (let at = 0; at < IDLE; at += 100) idle.push(...(await Promise.all(Array.from({ length: 100 }, () => open(port)))));
  }
  try {
    const answered = await Promise.all(Array.from({ length: CLIENTS }, () => persist(() => api.url, donation('F', 1n), TOKEN)));
    expect(answered.map(({ last, attempts }) => [last.status, attempts.filter(({ status }) => status === 0).length])).toEqual(answered.map(() => [201, 0]));
    // Nor by somebody who comes now: a process of its own needs new connections to the store.
    const late = await house.start('api');
    expect((await persist(() => late.url, donation('F', 1n), TOKEN)).last.status).toBe(201);
    expect(await late.end('SIGTERM')).toBe(0);
  } finally {
    for (const socket of idle) socket.destroy();
  }
});

it(`asked to stop under ${CLIENTS} clients, an api answers what it has taken, and the clients go on elsewhere`, async () => {
  const first = await house.start('api');
  let url = first.url;
  const crowd = new Crowd(CLIENTS, () => url, TOKEN, () => donation('F', 1n));
  await crowd.untilAnswered(CLIENTS);
  const ended = first.end('SIGTERM');
  url = api.url;
  expect(await ended).toBe(0);
  await crowd.untilAnswered(CLIENTS);
  const answered: readonly Answered[] = await crowd.stop();
  expect(contradictions(await readLog(house.servers.eventstoreUrl), answered, ACTOR)).toEqual([]);
  // Whoever was not answered 201 at once was told "stopping" or found the door closed: nothing was taken and then dropped.
  const others = answered.flatMap(({ attempts }) => attempts).filter(({ status }) => status !== 201);
  const told = new Set(others.map(({ status, code, text }) => (status === 0 ? (/aborted|timeout/i.test(text) ? text : 'closed') : `${status} ${code}`)));
  expect([...told].filter((one) => one !== 'closed' && one !== '503 stopping')).toEqual([]);
});
