import { connect } from 'node:net';
import { randomUUID } from 'node:crypto';
import { ApiHouse } from './testing/api-house.js';
import { ask, get, post, withToken, type Answer } from './testing/client.js';
import { donation, foundTree } from './testing/story.js';

let house: ApiHouse;
let url: string;

beforeAll(async () => {
  house = await ApiHouse.open();
  ({ url } = house.server);
  await foundTree(url);
}, 60_000);
afterAll(() => house.close());

const told = ({ status, body }: Answer): unknown[] => [status, body?.code];

/** What the server answers to raw bytes on a connection of its own. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('who may ask', () => {
  it('needs a token for commands and for queries that show names', async () => {
    const commands = `${url}/funds/TT:F1/donations`;
    expect(told(await post(commands, donation(), { authorization: '' }))).toEqual([401, 'token_unknown']);
    const bare = await ask(commands, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } });
    expect([told(bare), bare.headers['www-authenticate']]).toEqual([[401, 'token_missing'], 'Bearer realm="so-quy"']);
    for (const wrong of ['Bearer wrong', 'Basic dG9rZW4=', 'Bearer', `Bearer ${'x'.repeat(600)}`]) {
      expect(told(await get(`${url}/donors`, { authorization: wrong }))).toEqual([401, 'token_unknown']);
    }
    for (const path of ['/donors', '/beneficiaries', '/donors/TT:D1', '/beneficiaries/TT:B1', '/imports/x']) {
      expect([path, told(await get(url + path))]).toEqual([path, [401, 'token_missing']]);
    }
    expect(told(await get(`${url}/funds`, { authorization: 'Bearer wrong' }))).toEqual([401, 'token_unknown']);
    expect((await get(`${url}/funds`)).status).toBe(200);
  });

  it.each([
    ['evil.example', 421], ['evil.example:3000', 421], ['127.0.0.1.evil.example', 421], ['localhost.evil.example', 421], ['127.0.0.1@evil.example', 421],
    ['[::1]:1', 200], ['LOCALHOST:9', 200], ['127.0.0.1', 200],
  ])('answers Host %p with %i', async (host, status) => expect((await ask(`${url}/health/live`, { headers: { host } })).status).toBe(status));

  it('takes no request that another site sends through a browser', async () => {
    for (const origin of ['https://evil.example', 'null', `${url}.evil.example`, 'http://127.0.0.1:1']) {
      expect([origin, told(await post(`${url}/funds/TT:F1/donations`, donation(), { origin }))]).toEqual([origin, [403, 'origin_not_allowed']]);
    }
    expect((await post(`${url}/funds/TT:F1/donations?dryRun=true`, donation(), { origin: url })).status).toBe(200);
    expect((await ask(`${url}/funds`, { method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } })).status).toBe(403);
  });

  it('gives the same key of two actors two meanings', async () => {
    const key = { 'idempotency-key': 'shared' };
    const mine = await post(`${url}/funds/TT:F1/donations`, donation(), key);
    const theirs = await post(`${url}/funds/TT:F1/donations`, donation({ amount: '7' }), { ...key, authorization: 'Bearer token-of-the-auditor' });
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.body.events[0]?.id).not.toBe(mine.body.events[0]?.id);
  });
});

describe('addresses', () => {
  it('says what is not there, and what an address takes', async () => {
    expect(told(await get(`${url}/nowhere`))).toEqual([404, 'route_not_found']);
    expect(told(await get(`${url}/funds/%E0%A4%A`))).toEqual([400, 'bad_request']);
    const wrong = await get(`${url}/funds/TT:F1/donations`);
    expect([told(wrong), wrong.headers['allow']]).toEqual([[405, 'method_not_allowed'], 'POST']);
    const both = await ask(`${url}/funds`, { method: 'DELETE' });
    expect([told(both), both.headers['allow']]).toEqual([[405, 'method_not_allowed'], 'GET, HEAD, POST']);
    expect((await ask(`${url}/funds`, { method: 'HEAD' })).status).toBe(200);
  });

  it('answers every problem as RFC 9457 has it, with our language and no cache', async () => {
    const answer = await get(`${url}/nowhere`, { 'accept-language': 'fr' });
    expect(answer.headers).toMatchObject({ 'content-type': expect.stringMatching(/^application\/problem\+json/), 'content-language': 'vi', 'cache-control': 'no-store' });
    expect(answer.body).toEqual({
      type: 'urn:so-quy:problem:route_not_found', title: 'Không tìm thấy', status: 404, detail: 'Không có địa chỉ này.', instance: '/nowhere',
      code: 'route_not_found', requestId: answer.headers['x-request-id'],
    });
  });

  it('answers broken HTTP, headers without end and too large ones as problems too', async () => {
    expect(await raw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [\s\S]*application\/problem\+json[\s\S]*http_malformed/);
    expect(await raw('GET /funds HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 421 [\s\S]*host_not_allowed/);
    expect(await raw('GET /funds HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    expect(await raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 [\s\S]*headers_too_large/);
    expect(await raw('POST /funds HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
  });
});

describe('what an answer carries', () => {
  it('says nothing about the server and lets nothing in it run', async () => {
    const { headers } = await get(`${url}/funds`);
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers).toMatchObject({ 'content-security-policy': "default-src 'none';frame-ancestors 'none'", 'x-content-type-options': 'nosniff' });
  });

  it('takes over harmless request and correlation ids and replaces others', async () => {
    expect((await get(`${url}/health/live`, { 'x-request-id': 'req-1', 'x-correlation-id': 'cor-1' })).headers).toMatchObject({ 'x-request-id': 'req-1', 'x-correlation-id': 'cor-1' });
    expect((await get(`${url}/health/live`, { 'x-request-id': '{"evil":1}' })).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    const { body } = await post(`${url}/funds/TT:F1/donations`, donation(), { 'x-correlation-id': 'cor-2' });
    for await (const event of house.process.eventStore.readStreamBackward(body.stream, 1)) expect(event.metadata).toMatchObject({ correlationId: 'cor-2', actorId: 'treasurer' });
  });

  it('serves the document and a page to try it from here alone', async () => {
    const page = await get(`${url}/docs`);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    for (const [, file] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(file).toMatch(/^\//);
      expect([file, (await get(url + file)).status]).toEqual([file, 200]);
    }
    expect((await get(`${url}/openapi.json`)).body.openapi).toBe('3.1.0');
  });
});

it('logs requests with their ids and route, and no name, token or query', async () => {
  await post(`${url}/beneficiaries`, { tree: 'TT', code: 'SECRET', kind: 'pupil', association: 'TT:TT', name: 'Nguyễn Bí Mật', contact: '0901234567' }, { 'x-request-id': 'logged-1' });
  await get(`${url}/beneficiaries?tree=TT&name=${encodeURIComponent('Nguyễn Bí Mật')}`, { ...withToken, 'x-request-id': 'logged-2' });
  await post(`${url}/beneficiaries`, { tree: 'TT', code: 'SECRET2', kind: 'nobody', association: 'TT:TT', name: 'Nguyễn Bí Mật' }, { 'x-request-id': 'logged-3' });
  const lines = house.logLines.map((line) => JSON.parse(line));
  expect(lines.find((line) => line.requestId === 'logged-1')).toMatchObject({ route: '/beneficiaries', method: 'POST', status: 201, actorId: 'treasurer' });
  expect(lines.find((line) => line.requestId === 'logged-2')).toMatchObject({ route: '/beneficiaries', method: 'GET', status: 200 });
  expect(lines.find((line) => line.requestId === 'logged-3')).toMatchObject({ status: 400, code: 'input_invalid' });
  const log = house.logLines.join('\n');
  for (const secret of ['Bí Mật', 'B%C3%AD', '0901234567', 'token-of']) expect(log).not.toContain(secret);
});

it('counts commands by outcome and requests by route', async () => {
  await post(`${url}/funds/TT:F1/disbursements`, { effectiveOn: '2024-01-02', purpose: 'gift', recipients: 1, account: 'cash', amount: '999999999' });
  const { text } = await get(`${url}/metrics`);
  expect(text).toMatch(/soquy_commands_total\{command="ReceiveDonation",outcome="accepted"\} [1-9]/);
  expect(text).toMatch(/soquy_commands_total\{command="PayDisbursement",outcome="account_would_be_overdrawn"\} 1/);
  expect(text).toMatch(/soquy_http_request_seconds_count\{method="POST",route="\/funds\/:fund\/donations",status="201"\} [1-9]/);
  expect(text).toMatch(/soquy_projection_lag_seconds\{projection="fund-balances"\} \d/);
});

it('is not troubled by a client that hangs up in the middle of a command', async () => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(`POST /funds/TT:F1/donations HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${withToken.authorization}\r\nIdempotency-Key: ${randomUUID()}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"amount"`);
  socket.destroy();
  const complete = JSON.stringify(donation());
  const key = randomUUID();
  const hasty = connect(Number(new URL(url).port), '127.0.0.1');
  await new Promise((resolve) => hasty.once('connect', resolve));
  hasty.write(`POST /funds/TT:F1/donations HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${withToken.authorization}\r\nIdempotency-Key: ${key}\r\nContent-Type: application/json\r\nContent-Length: ${complete.length}\r\n\r\n${complete}`, () => hasty.destroy());
  const answer = await post(`${url}/funds/TT:F1/donations`, donation(), { 'idempotency-key': key });
  expect(answer.status).toBe(201);
  const again = await post(`${url}/funds/TT:F1/donations`, donation(), { 'idempotency-key': key });
  expect([again.text, again.headers['idempotency-replayed']]).toEqual([answer.text, 'true']);
});
