import { ApiHouse } from './testing/api-house.js';
import { ask, post, withToken, type Answer } from './testing/client.js';
import { donation, foundTree, payment, retried } from './testing/story.js';

// Commands and queries have a short way through the api, and a long one, through Express and Nest, which they take where
// their address is not a plain one. A query string that is empty or ends with an `&` is such a thing and means nothing else.

let house: ApiHouse;
let url: string;
let position: string;

beforeAll(async () => {
  house = await ApiHouse.open();
  ({ url } = house.server);
  await foundTree(url);
  await retried((key) => post(`${url}/funds/TT:F1/donations`, donation({ amount: '5000' }), { 'idempotency-key': key }));
  await retried((key) => post(`${url}/campaigns`, { tree: 'TT', code: 'C1', name: 'Tết', association: 'TT:TT', startsOn: '2024-01-01' }, { 'idempotency-key': key }));
  const paid = await retried((key) => post(`${url}/funds/TT:F1/disbursements`, payment({ beneficiary: 'TT:B1', description: 'Gia đình em Mẫu' }), { 'idempotency-key': key }));
  position = paid.body.position;
}, 60_000);
afterAll(() => house.close());

interface Sent { readonly path?: string; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }

const DONATIONS = '/funds/TT:F1/donations';
const body = (over: object = {}): string => JSON.stringify({ ...donation(), ...over });

const COMMANDS: Readonly<Record<string, Sent>> = {
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
  'a dry run': { path: `${DONATIONS}?dryRun=true` },
  'a parameter that commands do not take': { path: `${DONATIONS}?dryRun=true&dry=1` },
  'a reference whose colon is escaped': { path: '/funds/TT%3AF1/donations' },
  'an escape that is none': { path: '/funds/TT%FFF1/donations' },
  'an address that takes no command': { path: '/funds/TT:F1/nothing' },
  'an address with one part too many': { path: `${DONATIONS}/1` },
};

/** What sends an address the long way. */
const longWay = (path: string): string => (path.includes('?') ? '&' : '?');

const OF_THE_MOMENT = new Set(['date', 'x-request-id', 'x-correlation-id', 'etag', 'soquy-position', 'content-length']);

/** What an answer says, without what differs between any two. */
function lasting({ status, headers, text }: Answer): unknown {
  const said = text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id').replace(/"(number|position|revision)":"?[0-9a-f-]+"?/g, '$1');
  return { status, said, headers: Object.entries(headers).filter(([name]) => !OF_THE_MOMENT.has(name)).sort(), names: Object.keys(headers).sort() };
}

it.each(Object.entries(COMMANDS))('answers %s alike on both ways', async (_, sent) => {
  const send = (suffix = ''): Promise<Answer> => retried((key) => ask(`${url}${sent.path ?? DONATIONS}${suffix}`, {
    method: 'POST', body: sent.body ?? body(), headers: { 'content-type': 'application/json', 'idempotency-key': key, 'accept-language': 'en', ...withToken, ...sent.headers },
  }));
  const short = await send();
  expect(lasting(short)).toEqual(lasting(await send(longWay(sent.path ?? DONATIONS))));
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

interface Asked { readonly path: string; readonly headers?: Readonly<Record<string, string>>; readonly method?: string }

/** Each query once as it should be asked: all that the document names must be among them. */
const EACH_QUERY = [
  '/associations?tree=TT', '/associations/TT:TT', '/associations/TT:TT/totals?scope=descendants&from=2024-01-01&to=2024-12-31', '/associations/TT:TT/monthly-closings?from=2024-01&to=2024-03',
  '/associations/TT:TT/trial-balance?scope=descendants', '/funds?under=TT:TT', '/funds/TT:F1', '/funds/TT:F1/balance', '/funds/TT:F1/daily-balances', '/funds/TT:F1/statement', '/funds/TT:F1/standing',
  '/funds/TT:F1/trial-balance', '/fund-balances?association=TT:TT', '/donors?tree=TT', '/donors/TT:D1', '/beneficiaries?tree=TT', '/beneficiaries/TT:B1', '/beneficiaries/TT:B1/history',
  '/beneficiary-statistics?tree=TT', '/campaigns', '/campaigns/TT:C1/totals', '/scholarship-programs', '/pledges?only=overdue', '/pledge-totals?asOf=2024-05-01',
];

const QUERIES: Readonly<Record<string, Asked>> = {
  'a token that is none': { path: '/funds', headers: { authorization: 'Bearer' } },
  'another host': { path: '/funds', headers: { host: 'evil.example' } },
  'Vietnamese, with an id of its own': { path: '/funds/TT:NO/balance', headers: { 'x-request-id': 'mine', 'accept-language': 'vi' } },
  'what is not there': { path: '/associations/TT:NO/totals' },
  'a statement of what is not there': { path: '/funds/TT:NO/statement' },
  'an id that nobody has': { path: '/funds/00000000-0000-5000-8000-000000000000' },
  'a reference that is none': { path: '/funds/F1/balance' },
  'a reference whose colon is escaped': { path: '/funds/TT%3AF1/balance' },
  'a reference with a slash that is escaped': { path: '/funds/TT%3AF%2F1/balance' },
  'an escape that is no character': { path: '/funds/TT%FFF1/balance' },
  'two faults, in the path and in the parameters': { path: '/funds/F1/balance?nothing=1' },
  'an unknown parameter': { path: '/funds?nothing=1' },
  'unknown parameters like fields of every object': { path: '/funds?constructor=1&toString=2&hasOwnProperty=3' },
  'the prototype as a parameter': { path: '/funds?__proto__=1' },
  'a parameter twice': { path: '/funds?limit=1&limit=2' },
  'a position twice': { path: '/funds?atPosition=1&atPosition=2' },
  'a parameter in brackets': { path: '/funds?limit[]=1' },
  'a parameter without a value': { path: '/funds?limit=' },
  'a parameter without a sign': { path: '/funds?limit' },
  'a value with a sign in it': { path: '/funds?tree=a=b' },
  'a code with escapes': { path: '/funds?tree=T%54&code=F%31' },
  'a value with an escape that is no character': { path: '/funds?tree=%FF' },
  'a value with a zero': { path: '/funds?tree=%00' },
  'a value with a percent sign of its own': { path: '/funds?tree=100%' },
  'a name in Vietnamese': { path: `/beneficiaries?name=${encodeURIComponent('Lê Văn')}`, headers: withToken },
  'a name with plus signs': { path: '/beneficiaries?name=le+van', headers: withToken },
  'a page of one': { path: '/beneficiaries?tree=TT&limit=1', headers: withToken },
  'a page of a statement': { path: '/funds/TT:F1/statement?limit=1&from=2024-01-01' },
  'a cursor that is none': { path: '/funds/TT:F1/statement?after=x' },
  'a limit out of range': { path: '/funds?limit=501' },
  'a day that is none': { path: '/funds/TT:F1/balance?effectiveOn=2023-02-30' },
  'what was known then': { path: '/funds/TT:F1/balance?knownAt=2024-01-01T00:00:00Z' },
  'what was known then, in another zone': { path: '/funds/TT:F1/balance?knownAt=2024-01-01T00:00:00+07:00' },
  'a range that goes backward': { path: '/funds/TT:F1/statement?from=2024-02-02&to=2024-02-01' },
  'a position that is none': { path: '/funds?atPosition=5' },
  'a position of another log': { path: '/funds', headers: { 'soquy-position': '00000000-5' } },
  'only the headers': { path: '/funds/TT:F1/statement', method: 'HEAD' },
  'only if it has changed': { path: '/funds', headers: { 'if-none-match': '*' } },
  'only if it has changed since': { path: '/funds', headers: { 'if-modified-since': 'Sun, 06 Nov 2033 08:49:37 GMT' } },
  'another method': { path: '/funds/TT:F1/balance', method: 'PUT' },
  'an address in capitals': { path: '/FUNDS/TT:F1/balance' },
  'an address that ends with a slash': { path: '/funds/TT:F1/balance/' },
  'an address that is none': { path: '/funds/TT:F1/balances' },
};

/** By either way, so that both answers reflect the same; nothing is recorded meanwhile. */
async function bothWays({ path, headers, method = 'GET' }: Asked): Promise<readonly [Answer, Answer]> {
  const send = (suffix: string): Promise<Answer> => ask(`${url}${path}${suffix}`, { method, headers: { 'accept-language': 'en', ...headers } });
  return [await send(''), await send(longWay(path))];
}

/** Nothing of an answer to a query differs between any two but its own ids. */
function whole({ status, headers, text }: Answer): unknown {
  const said = text.replace(/"requestId":"[^"]+"/, 'id');
  return { status, said, headers: Object.entries(headers).filter(([name]) => !['date', 'x-request-id', 'x-correlation-id'].includes(name)).sort(), names: Object.keys(headers).sort() };
}

it.each<[string, Asked]>([...EACH_QUERY.map((path): [string, Asked] => [path, { path }]), ...Object.entries(QUERIES)])('answers %s alike on both ways, with and without a token, now and at a position', async (_, asked) => {
  const at = { 'soquy-position': position };
  for (const headers of [at, { ...at, ...withToken }]) {
    const [short, long] = await bothWays({ ...asked, headers: { ...headers, ...asked.headers } });
    expect(whole(short)).toEqual(whole(long));
  }
  const path = `${asked.path}${asked.path.includes('?') ? '&' : '?'}atPosition=${position}`;
  const [short, long] = await bothWays({ ...asked, path });
  expect(whole(short)).toEqual(whole(long));
});

it('asks each query of the document, and gets its answer', async () => {
  const { paths } = JSON.parse((await ask(`${url}/openapi.json`)).text) as { paths: Record<string, { get?: { readonly 'x-soquy-kind'?: string } }> };
  const named = Object.entries(paths).filter(([, { get }]) => get?.['x-soquy-kind']?.endsWith('query') === true).map(([path]) => path.replace(/\{\w+\}/g, '*'));
  expect(EACH_QUERY.map((path) => path.split('?')[0]!.replace(/TT:\w+/, '*')).sort()).toEqual(named.sort());
  for (const path of EACH_QUERY) expect([path, (await ask(`${url}${path}`, { headers: { ...withToken, 'soquy-position': position } })).status]).toEqual([path, 200]);
});
