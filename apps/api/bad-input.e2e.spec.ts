import { randomUUID } from 'node:crypto';
import { LARGEST_COMMAND_BYTES } from './src/http/json-body.js';
import { ApiHouse } from './testing/api-house.js';
import { ask, post, withToken, type Answer } from './testing/client.js';
import { donation, foundTree, fundBody } from './testing/story.js';

let house: ApiHouse;
let url: string;
let donations: string;

beforeAll(async () => {
  house = await ApiHouse.open();
  ({ url } = house.server);
  donations = `${url}/funds/TT:F1/donations`;
  await foundTree(url);
}, 60_000);
afterAll(() => house.close());

/** The code of the first fault and where it is, or the problem's own. */
function told({ status, body }: Answer): unknown[] {
  const [fault] = body.errors ?? [];
  return fault ? [status, body.code, fault.pointer, fault.code] : [status, body.code];
}

async function eventCount(): Promise<number> {
  let count = 0;
  for await (const _ of house.process.eventStore.readAll()) count += 1;
  return count;
}

describe('bodies that are no good JSON', () => {
  it.each<[string, string | Buffer, unknown[]]>([
    ['cut off', '{"amount":"1"', [400, 'json_malformed', '', 'json_malformed']],
    ['not JSON', 'amount=1', [400, 'json_malformed', '', 'json_malformed']],
    ['an empty body', '', [400, 'body_missing']],
    ['an array', '[]', [400, 'input_invalid', '', 'not_an_object']],
    ['a string', '"x"', [400, 'input_invalid', '', 'not_an_object']],
    ['null', 'null', [400, 'input_invalid', '', 'not_an_object']],
    ['a key given twice', '{"amount":"1","amount":"2"}', [400, 'json_key_repeated', '/amount', 'json_key_repeated']],
    ['a key given twice, once escaped', '{"amount":"1","\\u0061mount":"2"}', [400, 'json_key_repeated', '/amount', 'json_key_repeated']],
    ['__proto__', '{"__proto__":{"account":"bank"}}', [400, 'json_key_forbidden', '/__proto__', 'json_key_forbidden']],
    ['constructor', '{"constructor":{"prototype":{}}}', [400, 'json_key_forbidden', '/constructor', 'json_key_forbidden']],
    ['a deep nest', '{"a":'.repeat(5000), [400, 'json_too_deep', '/a/a/a/a/a/a/a/a', 'json_too_deep']],
    ['half a surrogate pair', '{"donor":"\\ud83d"}', [400, 'json_lone_surrogate', '/donor', 'json_lone_surrogate']],
    ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), [400, 'body_not_utf8']],
    ['UTF-8 that is too long for its character', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), [400, 'body_not_utf8']],
    ['a surrogate written in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), [400, 'body_not_utf8']],
  ])('refuses %s', async (_, body, expected) => {
    const answer = await ask(donations, { method: 'POST', body, headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...withToken } });
    expect(told(answer)).toEqual(expected);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('takes the largest body there may be and refuses one byte more, with or without its length', async () => {
    const padded = (bytes: number): string => JSON.stringify(donation()).padEnd(bytes, ' ');
    expect((await post(`${donations}?dryRun=true`, padded(LARGEST_COMMAND_BYTES))).status).toBe(200);
    expect(told(await post(donations, padded(LARGEST_COMMAND_BYTES + 1)))).toEqual([413, 'body_too_large']);
    const chunked = await ask(donations, {
      method: 'POST', body: padded(LARGEST_COMMAND_BYTES + 1),
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked', 'content-length': '', 'idempotency-key': randomUUID(), ...withToken },
    }).catch((error: unknown) => error);
    expect(chunked).toBeDefined();
    expect((await post(`${donations}?dryRun=true`, donation())).status).toBe(200);
  });

  it.each([['text/plain'], ['application/x-www-form-urlencoded'], [''], ['application/json; charset=utf-16'], ['application/jsonx']])('refuses content type %p', async (type) => {
    expect(told(await post(donations, donation(), { 'content-type': type }))).toEqual([415, 'content_type_not_supported']);
  });

  it('refuses compressed bodies', async () => {
    expect(told(await post(donations, donation(), { 'content-encoding': 'gzip' }))).toEqual([415, 'content_encoding_not_supported']);
  });
});

describe('fields', () => {
  it.each<[string, object, unknown[]]>([
    ['an amount as a JSON number', { amount: 1000 }, ['/amount', 'amount_is_a_number']],
    ['a fractional amount', { amount: '10.5' }, ['/amount', 'amount_not_whole']],
    ['a fractional number', { amount: 10.5 }, ['/amount', 'amount_is_a_number']],
    ['a negative amount', { amount: '-10' }, ['/amount', 'amount_negative']],
    ['an amount of zero', { amount: '0' }, ['/amount', 'amount_zero']],
    ['an amount over bigint', { amount: '9223372036854775808' }, ['/amount', 'amount_too_large']],
    ['an amount in another notation', { amount: '1e6' }, ['/amount', 'amount_malformed']],
    ['an amount that is missing', { amount: undefined }, ['/amount', 'field_missing']],
    ['an amount of null', { amount: null }, ['/amount', 'not_a_text']],
    ['29 February of a common year', { effectiveOn: '2023-02-29' }, ['/effectiveOn', 'date_not_in_calendar']],
    ['31 April', { effectiveOn: '2024-04-31' }, ['/effectiveOn', 'date_not_in_calendar']],
    ['a date in the local form', { effectiveOn: '10/01/2024' }, ['/effectiveOn', 'date_malformed']],
    ['a date with a time', { effectiveOn: '2024-01-10T00:00:00Z' }, ['/effectiveOn', 'date_malformed']],
    ['an account that there is not', { account: 'gold' }, ['/account', 'not_in_list']],
    ['an unknown field', { note: 'x' }, ['/note', 'field_unknown']],
    ['an inherited name as a field', { toString: 'x' }, ['/toString', 'field_unknown']],
    ['a reference without its tree', { donor: 'D1' }, ['/donor', 'reference_malformed']],
    ['a reference that is an object', { donor: { code: 'D1' } }, ['/donor', 'not_a_text']],
    ['a number on paper that is too long', { externalReference: 'x'.repeat(201) }, ['/externalReference', 'text_too_long']],
    ['a NUL', { externalReference: 'a\u0000b' }, ['/externalReference', 'text_has_control_characters']],
    ['a description that is too long', { description: 'x'.repeat(2001) }, ['/description', 'text_too_long']],
    ['a description of spaces', { description: '  ' }, ['/description', 'text_empty']],
  ])('refuses %s', async (_, over, [pointer, code]) => {
    const answer = await post(donations, donation(over));
    expect(told(answer)).toEqual([400, 'input_invalid', pointer, code]);
    expect(answer.body.errors[0]?.detail).toMatch(/^[A-Z].*\.$/);
  });

  it('names everything that is wrong at once, in the language asked for', async () => {
    const answer = await post(donations, donation({ amount: 5, effectiveOn: 'x', extra: 1 }), { 'accept-language': 'vi-VN,vi;q=0.9,en;q=0.5' });
    expect(answer.headers['content-language']).toBe('vi');
    expect(answer.body.title).toBe('Yêu cầu không hợp lệ');
    expect(answer.body.errors.map(({ pointer, code, detail }) => [pointer, code, detail])).toEqual(expect.arrayContaining([
      ['/amount', 'amount_is_a_number', 'Số tiền phải viết thành chuỗi chữ số, ví dụ "150000", không phải số JSON.'],
      ['/effectiveOn', 'date_malformed', 'Ngày phải viết dạng YYYY-MM-DD.'],
      ['/extra', 'field_unknown', 'Không có trường này.'],
    ]));
  });

  it('looks into nested objects', async () => {
    const opening = (over: object): object => fundBody('NEST', { opening: { cash: '0', bank: '0', goods: '0', ...over } });
    expect(told(await post(`${url}/funds`, opening({ bank: 5 })))).toEqual([400, 'input_invalid', '/opening/bank', 'amount_is_a_number']);
    expect(told(await post(`${url}/funds`, opening({ gold: '1' })))).toEqual([400, 'input_invalid', '/opening/gold', 'field_unknown']);
    expect(told(await post(`${url}/funds`, fundBody('NEST', { opening: 'x' })))).toEqual([400, 'input_invalid', '/opening', 'not_an_object']);
    const adjust = (adjusts: unknown): Promise<Answer> => post(`${url}/funds/TT:F1/adjustments`, { effectiveOn: '2024-01-10', adjusts, delta: '-1', reason: 'x' });
    expect(told(await adjust({ kind: 'receipt' }))).toEqual([400, 'input_invalid', '/adjusts/year', 'field_missing']);
    expect(told(await adjust({ kind: 'closing', year: 2024, number: 1 }))).toEqual([400, 'input_invalid', '/adjusts/kind', 'not_in_list']);
    expect(told(await adjust({ kind: 'receipt', year: 2024, number: 1, externalReference: 'x' }))).toEqual([400, 'input_invalid', '/adjusts/year', 'field_unknown']);
  });

  it('takes the largest amount, a leap day, and every character that is a letter somewhere', async () => {
    const answer = await post(`${url}/funds`, fundBody('BIG', { name: 'Quỹ "Đặng" — 助学金 🌱', opening: { cash: '0', bank: '9007199254740993', goods: '0' } }));
    expect(answer.status).toBe(201);
    expect(answer.body.events[0]?.data).toMatchObject({ name: 'Quỹ "Đặng" — 助学金 🌱', opening: { bank: '9007199254740993' } });
    const leap = await post(`${url}/funds/TT:BIG/donations`, donation({ effectiveOn: '2024-02-29', account: 'cash', amount: '9223372036854775807' }));
    expect([leap.status, leap.body.events[0]?.data['amount']]).toEqual([201, '9223372036854775807']);
    expect(told(await post(`${url}/funds/TT:BIG/donations`, donation({ effectiveOn: '2024-02-29', account: 'cash', amount: '1' })))).toEqual([
      422, 'account_would_exceed_the_largest_amount', '/amount', 'account_would_exceed_the_largest_amount',
    ]);
  });
});

describe('headers and parameters of a command', () => {
  it.each<[string, Record<string, string>, unknown[]]>([
    ['a key with spaces', { 'idempotency-key': 'a b' }, [400, 'idempotency_key_malformed', undefined, 'idempotency_key_malformed']],
    ['a key that is too long', { 'idempotency-key': 'x'.repeat(201) }, [400, 'idempotency_key_malformed', undefined, 'idempotency_key_malformed']],
    ['an empty key', { 'idempotency-key': '' }, [400, 'idempotency_key_malformed', undefined, 'idempotency_key_malformed']],
    ['a weak ETag', { 'if-match': 'W/"1"' }, [400, 'if_match_malformed', undefined, 'if_match_malformed']],
    ['any ETag', { 'if-match': '*' }, [400, 'if_match_malformed', undefined, 'if_match_malformed']],
  ])('refuses %s', async (_, headers, expected) => expect(told(await post(donations, donation(), headers))).toEqual(expected));

  it('needs the key', async () => {
    const answer = await ask(donations, { method: 'POST', body: JSON.stringify(donation()), headers: { 'content-type': 'application/json', ...withToken } });
    expect(told(answer)).toEqual([400, 'idempotency_key_missing', undefined, 'idempotency_key_missing']);
  });

  it('refuses parameters that it does not know', async () => {
    expect((await post(`${donations}?dryrun=true`, donation())).body.errors).toMatchObject([{ parameter: 'dryrun', code: 'parameter_unknown' }]);
    expect((await post(`${donations}?dryRun=yes`, donation())).body.errors).toMatchObject([{ parameter: 'dryRun', code: 'not_in_list' }]);
    expect((await post(`${donations}?dryRun=true&dryRun=true`, donation())).body.code).toBe('input_invalid');
    expect((await post(`${url}/funds/F1/donations`, donation())).body.errors).toMatchObject([{ parameter: 'fund', code: 'reference_malformed' }]);
  });
});

it('has written nothing for any of them', async () => {
  const before = await eventCount();
  await post(donations, '{"amount":"1"');
  await post(donations, donation({ amount: 5 }));
  await post(`${donations}?dryRun=true`, donation());
  expect(await eventCount()).toBe(before);
});
