import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMPORT_EXAMPLE } from './src/openapi/examples.js';
import { LARGEST_UPLOAD_BYTES } from './src/imports/upload-storage.js';
import { ApiHouse } from './testing/api-house.js';
import { ask, get, withToken, type Answer, type Shown } from './testing/client.js';
import { ended, upload, uploadEndless } from './testing/uploads.js';

const SAMPLE = join(process.cwd(), 'samples/tinh-2023');
let house: ApiHouse;
let url: string;

jest.setTimeout(120_000);
beforeAll(async () => {
  house = await ApiHouse.open();
  ({ url } = house.server);
});
afterAll(() => house.close());

const sample = (): Record<string, Buffer> => Object.fromEntries(readdirSync(SAMPLE).filter((name) => name.endsWith('.csv')).map((name) => [name, readFileSync(join(SAMPLE, name))]));
const outcome = async (started: Answer): Promise<Shown> => (await ended(`${url}${started.headers['location']}`)).body;

async function eventCount(): Promise<number> {
  let count = 0;
  for await (const _ of house.process.eventStore.readAll()) count += 1;
  return count;
}

it('checks a set, then writes it, then finds nothing left to do', async () => {
  const before = await eventCount();
  const checked = await upload(`${url}/imports?dryRun=true`, sample());
  expect([checked.status, checked.body]).toMatchObject([202, { state: 'checking', dryRun: true }]);
  expect(await outcome(checked)).toMatchObject({ state: 'sound', faultCount: 0 });
  expect(await eventCount()).toBe(before);
  const first = await outcome(await upload(`${url}/imports`, sample()));
  expect(first).toMatchObject({ state: 'complete', faults: [], stoppedAt: null });
  expect(first.progress).toMatchObject({ total: first.rows, done: first.rows });
  const expected = JSON.parse(readFileSync(join(SAMPLE, 'expected.json'), 'utf8')) as { association_totals_with_descendants: Record<string, Record<string, number>> };
  const figures = expected.association_totals_with_descendants['TI']!;
  const totals = await get(`${url}/associations/TI:TI/totals?scope=descendants&atPosition=${first.position}`);
  for (const [name, value] of Object.entries(figures)) expect([name, Number(totals.body.figures[name])]).toEqual([name, value]);
  const count = await eventCount();
  const second = await outcome(await upload(`${url}/imports`, sample()));
  expect(second).toMatchObject({ state: 'complete', progress: { booked: 0 } });
  expect(await eventCount()).toBe(count);
});

it('names every fault by file, line and column in the language asked for, and writes nothing', async () => {
  const before = await eventCount();
  const faulty = {
    ...IMPORT_EXAMPLE,
    'funds.csv': IMPORT_EXAMPLE['funds.csv']!.replace('1000000', '10.5'),
    'donations.csv': `${IMPORT_EXAMPLE['donations.csv']!}\n1,PT1,2024-01-02,NK-Q,NOBODY,,,bank,5,\n`,
  };
  const answer = await outcome(await upload(`${url}/imports`, faulty));
  expect(answer).toMatchObject({ state: 'faulty', faultCount: 2, progress: null });
  expect(answer.faults).toMatchObject([
    { file: 'funds.csv', line: 2, column: 'opening_cash', code: 'amount_is_malformed' },
    { file: 'donations.csv', line: 2, column: 'donor_code', code: 'code_is_unknown' },
  ]);
  const { 'donors.csv': _, ...missing } = IMPORT_EXAMPLE;
  const without = await upload(`${url}/imports`, missing);
  const vietnamese = await ask(`${url}${without.headers['location']}`, { headers: { ...withToken, 'accept-language': 'vi' } });
  expect(['checking', 'faulty']).toContain(vietnamese.body.state);
  expect((await outcome(without)).faults).toMatchObject([{ file: 'donors.csv', code: 'file_is_missing', reason: expect.stringMatching(/missing/) }]);
  expect(await eventCount()).toBe(before);
});

it.each<[string, (readonly [string, string | Buffer])[], number, string]>([
  ['a file that the format does not have', [['notes.csv', 'x']], 400, 'upload_file_unknown'],
  ['a path', [['../donors.csv', 'x'], ['/etc/passwd', 'x']], 400, 'upload_file_unknown'],
  ['a file twice', [['donors.csv', 'x'], ['donors.csv', 'y']], 400, 'upload_file_repeated'],
])('refuses %s', async (_, files, status, code) => {
  const answer = await upload(`${url}/imports`, files);
  // A browser-style path is cut to its last part before anybody looks: then it is the set's own file, and the rest is missing.
  if (answer.status === 202) expect((await outcome(answer)).state).toBe('faulty');
  else expect([answer.status, answer.body.code]).toEqual([status, code]);
});

it('refuses what is no upload, is broken off, or comes without a token', async () => {
  expect((await ask(`${url}/imports`, { method: 'POST', body: '{}', headers: { ...withToken, 'content-type': 'application/json' } })).body.code).toBe('content_type_not_supported');
  expect((await ask(`${url}/imports`, { method: 'POST', body: '--x\r\nbroken', headers: { ...withToken, 'content-type': 'multipart/form-data; boundary=x' } })).status).toBe(400);
  expect((await upload(`${url}/imports`, IMPORT_EXAMPLE, { authorization: 'Bearer wrong' })).status).toBe(401);
  expect((await upload(`${url}/imports?dryRun=perhaps`, IMPORT_EXAMPLE)).status).toBe(400);
  expect((await get(`${url}/imports/unknown`, withToken)).body.code).toBe('import_not_found');
});

it('refuses more bytes than an import reads, and keeps nothing of them', async () => {
  const answer = await uploadEndless(`${url}/imports`, 'donations.csv', LARGEST_UPLOAD_BYTES + 1);
  expect([answer.status, answer.body.code]).toEqual([413, 'upload_too_large']);
  expect(readdirSync(join(house.dataFolder, 'uploads'))).toEqual([]);
});
