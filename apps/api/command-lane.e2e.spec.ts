import { ApiHouse } from './testing/api-house.js';
import { ask, withToken, type Answer } from './testing/client.js';
import { donation, foundTree, retried } from './testing/story.js';

// Commands have a short way through the api, and a long one, through Express and Nest, which they take where their
// address is not a plain one. An empty query string is such a thing and means nothing else.

let house: ApiHouse;
let url: string;

beforeAll(async () => {
  house = await ApiHouse.open();
  ({ url } = house.server);
  await foundTree(url);
}, 60_000);
afterAll(() => house.close());

interface Sent { readonly path?: string; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }

const DONATIONS = '/funds/TT:F1/donations';
const body = (over: object = {}): string => JSON.stringify({ ...donation(), ...over });

const CASES: Readonly<Record<string, Sent>> = {
  'a donation': {},
  'a donation with an id of its own, in Vietnamese': { headers: { 'x-request-id': 'mine', 'accept-language': 'vi' } },
  'no token': { headers: { authorization: '' } },
  'an unknown token': { headers: { authorization: 'Bearer nobody' } },
  'another host': { headers: { host: 'evil.example' } },
  'another origin': { headers: { origin: 'https://evil.example' } },
  'no key': { headers: { 'idempotency-key': '' } },
  'a key with spaces': { headers: { 'idempotency-key': 'a b' } },
  'a revision that is none': { headers: { 'if-match': 'W/"1"' } },
  'a revision of long ago': { headers: { 'if-match': '"0"' } },
  'another type': { headers: { 'content-type': 'text/plain' } },
  'another encoding': { headers: { 'content-encoding': 'gzip' } },
  'no body': { body: '' },
  'a body that is no JSON': { body: '{"amount":' },
  'a list': { body: '[]' },
  'a body too large': { body: `{"description":"${'x'.repeat(70_000)}"}` },
  'fields unknown, missing and wrong': { body: JSON.stringify({ amount: 5, 'un/known': 1, effectiveOn: '2023-02-30', hasOwnProperty: 1 }) },
  'two faults, in the path and in the body': { path: '/funds/F1/donations', body: '{}' },
  'a reference that is none': { path: '/funds/F1/donations' },
  'a fund that is not there': { path: '/funds/TT:nowhere/donations' },
  'a donor who is not there': { body: body({ donor: 'TT:nobody' }) },
  'more than there is': { path: '/funds/TT:F1/bank-fees', body: JSON.stringify({ effectiveOn: donation()['effectiveOn'], amount: '9000000000000000' }) },
  'a fund that is there already': { path: '/funds', body: '{}' },
  'an address that takes no command': { path: '/funds/TT:F1/nothing' },
  'an address with one part too many': { path: `${DONATIONS}/1` },
};

const OF_THE_MOMENT = new Set(['date', 'x-request-id', 'x-correlation-id', 'etag', 'soquy-position', 'content-length']);

/** What an answer says, without what differs between any two. */
function lasting({ status, headers, text }: Answer): unknown {
  const said = text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id').replace(/"(number|position|revision)":"?[0-9a-f-]+"?/g, '$1');
  return { status, said, headers: Object.entries(headers).filter(([name]) => !OF_THE_MOMENT.has(name)).sort(), names: Object.keys(headers).sort() };
}

it.each(Object.entries(CASES))('answers %s alike on both ways', async (_, sent) => {
  const send = (suffix: string): Promise<Answer> => retried((key) => ask(`${url}${sent.path ?? DONATIONS}${suffix}`, {
    method: 'POST', body: sent.body ?? body(), headers: { 'content-type': 'application/json', 'idempotency-key': key, 'accept-language': 'en', ...withToken, ...sent.headers },
  }));
  const short = await send('');
  expect(lasting(short)).toEqual(lasting(await send('?')));
});

it('answers a repeated key the same on either way, and logs and counts both as one route', async () => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'twice', ...withToken };
  const send = (suffix: string): Promise<Answer> => retried(() => ask(`${url}${DONATIONS}${suffix}`, { method: 'POST', body: body(), headers }));
  const [first, second] = [await send(''), await send('?')];
  expect([second.status, second.text, second.headers['idempotency-replayed']]).toEqual([201, first.text, 'true']);
  const lines = house.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const answer of [first, second]) {
    expect(lines.find(({ requestId }) => requestId === answer.headers['x-request-id'])).toMatchObject({ method: 'POST', route: '/funds/:fund/donations', status: 201, actorId: 'treasurer' });
  }
});
