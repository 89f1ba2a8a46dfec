import { join } from 'node:path';
import { openEventStore } from '@ledger/event-store';
import { ServerProcess } from '../../../libs/event-store/testing/server-process.js';
import { RunningStandalone } from '../../../test/support/standalone.js';
import { send } from '../../cli/testing/send.js';

// A ledger moves from the store inside it to another server, as docs/runbooks/move-to-a-cluster.md says: every part a
// process of its own, Postgres the same throughout.

jest.setTimeout(900_000);

const SET = 'samples/nam-hoc-2023-24';
const ROOT = 'MH';

interface Answered { readonly status: number; readonly body: Record<string, unknown> }

let home: RunningStandalone;
let moved: RunningStandalone | undefined;
const destination = new ServerProcess();

beforeAll(async () => {
  home = RunningStandalone.start();
  await home.untilRunning();
  await destination.start();
});
afterAll(async () => {
  await moved?.stop();
  await home.discard();
  await destination.remove();
});

async function ask(instance: RunningStandalone, path: string): Promise<Answered> {
  const { status, text } = await send(`${instance.instance.apiUrl}${path}`, { headers: { authorization: `Bearer ${instance.token}` } });
  return { status, body: JSON.parse(text) as Record<string, unknown> };
}

/** Registers a donor; `key` says whether it is the same command again. */
async function register(instance: RunningStandalone, key: string, code: string): Promise<Answered> {
  const { status, text } = await send(`${instance.instance.apiUrl}/donors`, {
    method: 'POST', headers: { authorization: `Bearer ${instance.token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ tree: ROOT, code, kind: 'individual', name: 'Nhà hảo tâm mới' }),
  });
  return { status, body: JSON.parse(text) as Record<string, unknown> };
}

function soquy(instance: RunningStandalone, ...args: string[]): string {
  const { status, stdout, stderr } = instance.soquy(...args);
  if (status !== 0) throw new Error(`soquy ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

const withoutPosition = ({ status, body: { position: _position, ...body } }: Answered): object => ({ status, body });

it('moves to another server: everything is there, and nothing of the old log is taken for the new one', async () => {
  soquy(home, 'import', SET);
  const first = await register(home, 'before-the-move', 'MH-NEW-1');
  expect(first.status).toBe(201);
  const figures = soquy(home, 'figures', ROOT);
  const beforeMove = new Date().toISOString();
  const position = String(first.body['position']);
  const known = `/funds?knownAt=${beforeMove}`;
  const knownThen = (await ask(home, known)).body['items'];
  expect(knownThen).not.toEqual([]);
  await home.stop();

  // The destination is known to a ledger already: its log has a name, younger than everything that is copied after it.
  const early = openEventStore(destination.url);
  const logId = await early.logId();
  await early.close();
  const copied = home.soquy('eventstore', 'copy', '--dir', join(home.dataFolder, 'eventstore'), '--to', destination.url, '--json');
  expect(JSON.parse(copied.stdout)).toMatchObject({ kind: 'copied', alreadyThere: 0 });

  moved = RunningStandalone.start({ dataFolder: home.dataFolder, env: { SOQUY_EVENTSTORE_URL: destination.url } });
  await moved.untilRunning();
  await moved.untilSaid('soquy rebuild all');
  const unready = await ask(moved, '/health/ready');
  expect(unready).toMatchObject({ status: 503, body: { ready: false, eventStore: { ok: true }, projections: { 'fund-balances': { ok: false, stopped: true, why: expect.stringContaining('rebuild needed') } } } });
  expect(moved.soquy('figures', ROOT)).toMatchObject({ status: 1, stderr: expect.stringContaining('soquy rebuild all') });
  expect(moved.soquy('export', 'journal')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('soquy rebuild all') });
  expect(await ask(moved, `/funds?atPosition=${position}`)).toMatchObject({ status: 409, body: { code: 'position_of_another_log' } });

  // What was answered before is answered again, and nothing is booked twice.
  const again = await register(moved, 'before-the-move', 'MH-NEW-1');
  expect(withoutPosition(again)).toEqual(withoutPosition(first));
  expect(String(again.body['position']).slice(0, 8)).toBe(logId.slice(0, 8));
  expect(position.slice(0, 8)).not.toBe(logId.slice(0, 8));
  expect((await register(moved, 'before-the-move', 'MH-NEW-2')).status).toBe(422);
  expect(soquy(moved, 'import', SET)).toContain('0 rows booked');

  expect((await register(moved, 'before-the-rebuild', 'MH-NEW-4')).status).toBe(201);

  // A place in the new log that the rows of the old one have not reached, whatever their number.
  const stopped = await ask(moved, `/funds?atPosition=${String(again.body['position'])}`);
  expect(stopped).toMatchObject({ status: 503, body: { code: 'projection_stopped' } });

  soquy(moved, 'rebuild', 'all');
  expect(soquy(moved, 'figures', ROOT)).toBe(figures);
  expect((await ask(moved, '/health/ready')).status).toBe(200);
  expect((await ask(moved, `/funds?atPosition=${String(again.body['position'])}`)).status).toBe(200);
  expect((await ask(moved, known)).body['items']).toEqual(knownThen);
  expect(await ask(moved, `/funds?atPosition=${position}`)).toMatchObject({ status: 409, body: { code: 'position_of_another_log' } });
  const next = await register(moved, 'after-the-move', 'MH-NEW-3');
  expect(next.status).toBe(201);
  soquy(moved, 'verify');
  expect((await ask(moved, `/funds?atPosition=${String(next.body['position'])}`)).status).toBe(200);
});
