import { ApiHouse } from './testing/api-house.js';
import { get, post, type Answer } from './testing/client.js';
import { donation, foundTree, fundBody, openFund, payment } from './testing/story.js';

let house: ApiHouse;
let url: string;

beforeAll(async () => {
  house = await ApiHouse.open();
  ({ url } = house.server);
  await foundTree(url);
}, 60_000);
afterAll(() => house.close());

const to = (fund: string, what: string): string => `${url}/funds/TT:${fund}/${what}`;
const told = ({ status, body }: Answer): unknown[] => [status, body.code, ...(body.errors ? [body.errors[0]?.pointer] : [])];

describe('money', () => {
  it('is not overdrawn by one đồng, and the refusal says by how much', async () => {
    await openFund(url, 'OVER', { opening: { cash: '0', bank: '1000', goods: '50' } });
    const answer = await post(to('OVER', 'disbursements'), payment({ amount: '1001' }));
    expect(told(answer)).toEqual([422, 'account_would_be_overdrawn', '/amount']);
    expect(answer.body.details).toMatchObject({ balance: '1000', shortBy: '1' });
    expect(answer.body.detail).toMatch(/1/);
    const vietnamese = await post(to('OVER', 'disbursements'), payment({ amount: '1001' }), { 'accept-language': 'vi' });
    expect([vietnamese.headers['content-language'], vietnamese.body.title]).toEqual(['vi', 'Sổ quỹ từ chối']);
    expect((await post(to('OVER', 'disbursements'), payment({ amount: '1000' }))).status).toBe(201);
    expect(told(await post(to('OVER', 'disbursements'), payment({ amount: '51', account: 'goods' })))[1]).toBe('account_would_be_overdrawn');
    expect(told(await post(to('OVER', 'account-moves'), { effectiveOn: '2024-02-02', fromAccount: 'goods', toAccount: 'cash', amount: '1' }))[1]).toBe('goods_and_money_do_not_mix');
  });

  it('is not spent where it is principal or committed', async () => {
    await openFund(url, 'HELD', { opening: { cash: '0', bank: '1000', goods: '0' }, endowmentPrincipal: '400' });
    expect(told(await post(to('HELD', 'disbursements'), payment({ amount: '601' })))).toEqual([422, 'endowment_principal_would_be_spent', '/amount']);
    expect((await post(`${url}/scholarship-programs`, { tree: 'TT', code: 'PH', fund: 'TT:HELD', name: 'x' })).status).toBe(201);
    const award = (over: object): Promise<Answer> => post(to('HELD', 'scholarships'), { effectiveOn: '2024-02-01', code: 'S1', program: 'TT:PH', beneficiary: 'TT:B1', amount: '500', instalments: 2, ...over });
    expect(told(await award({ amount: '601' }))).toEqual([422, 'payment_exceeds_available_balance', '/amount']);
    expect((await award({})).status).toBe(201);
    expect(told(await award({}))).toEqual([409, 'scholarship_already_awarded', '/code']);
    expect(told(await post(to('HELD', 'disbursements'), payment({ amount: '101' })))).toEqual([422, 'payment_exceeds_available_balance', '/amount']);
    expect((await post(to('HELD', 'disbursements'), payment({ amount: '100' }))).status).toBe(201);
    const pay = (over: object): Promise<Answer> => post(to('HELD', 'scholarships/TT:S1/instalments'), { effectiveOn: '2024-02-03', instalment: 1, account: 'bank', amount: '250', beneficiary: 'TT:B1', ...over });
    expect(told(await pay({ beneficiary: 'TT:B2' }))).toEqual([422, 'instalment_of_another_beneficiary', '/beneficiary']);
    expect(told(await pay({ instalment: 2 }))[1]).toBe('instalment_out_of_order');
    expect((await pay({})).status).toBe(201);
    expect(told(await pay({}))[1]).toBe('instalment_already_paid');
    expect(told(await post(to('HELD', 'scholarships/TT:NONE/instalments'), { effectiveOn: '2024-02-03', instalment: 1, account: 'bank', amount: '1', beneficiary: 'TT:B1' }))).toEqual([404, 'scholarship_not_found']);
  });

  it('is not paid on a day after which it would be missing', async () => {
    await openFund(url, 'BACK', { opening: { cash: '0', bank: '100', goods: '0' } });
    expect((await post(to('BACK', 'donations'), donation({ effectiveOn: '2024-03-01', amount: '50' }))).status).toBe(201);
    expect((await post(to('BACK', 'disbursements'), payment({ effectiveOn: '2024-04-01', amount: '120' }))).status).toBe(201);
    expect(told(await post(to('BACK', 'disbursements'), payment({ effectiveOn: '2024-02-01', amount: '31' })))[1]).toBe('account_would_be_overdrawn');
    expect((await post(to('BACK', 'disbursements'), payment({ effectiveOn: '2024-02-01', amount: '30' }))).status).toBe(201);
  });

  it('is not booked into a closed stretch or after today', async () => {
    await openFund(url, 'SHUT', { opening: { cash: '0', bank: '100', goods: '0' } });
    expect((await post(to('SHUT', 'closings'), { through: '2024-03-31' })).status).toBe(201);
    expect(told(await post(to('SHUT', 'donations'), donation({ effectiveOn: '2024-03-31' })))).toEqual([422, 'day_is_closed', '/effectiveOn']);
    expect((await post(to('SHUT', 'donations'), donation({ effectiveOn: '2024-04-01' }))).status).toBe(201);
    const tomorrow = new Date(Date.now() + 31 * 3_600_000).toISOString().slice(0, 10);
    expect(told(await post(to('SHUT', 'donations'), donation({ effectiveOn: tomorrow })))).toEqual([422, 'date_is_after_today', '/effectiveOn']);
    expect(told(await post(to('SHUT', 'closings'), { through: '2024-03-01' }))[1]).toBe('books_already_closed_through');
  });
});

describe('names and numbers', () => {
  it('tells an unknown fund in the address (404) from an unknown thing in the body (422)', async () => {
    expect(told(await post(to('NONE', 'donations'), donation()))).toEqual([404, 'fund_not_found']);
    expect(told(await post(to('F1', 'donations'), donation({ donor: 'TT:NONE' })))).toEqual([422, 'donor_not_found', '/donor']);
    expect(told(await post(to('F1', 'donations'), donation({ campaign: 'TT:NONE' })))).toEqual([422, 'campaign_not_found', '/campaign']);
    expect(told(await post(to('F1', 'transfers'), { effectiveOn: '2024-02-01', fromAccount: 'bank', toFund: 'TT:NONE', toAccount: 'bank', amount: '1' }))).toEqual([422, 'receiving_fund_not_found', '/toFund']);
    expect(told(await post(`${url}/pledges/TT:NONE/cancellation`, { effectiveOn: '2024-02-01', reason: 'x' }))).toEqual([404, 'pledge_not_found']);
    expect(told(await post(`${url}/donors/TT:NONE/erasure`, {}))).toEqual([404, 'donor_not_found']);
  });

  it('gives out a code, and a number on paper, once', async () => {
    expect(told(await post(`${url}/funds`, fundBody('F1')))).toEqual([409, 'fund_already_opened', '/code']);
    expect(told(await post(`${url}/donors`, { tree: 'TT', code: 'D1', kind: 'individual', name: 'x' }))[1]).toBe('donor_already_registered');
    expect((await post(to('F1', 'donations'), donation({ externalReference: 'PT-1' }))).status).toBe(201);
    expect(told(await post(to('F1', 'donations'), donation({ externalReference: 'PT-1', amount: '5' })))).toEqual([409, 'external_reference_already_used', '/externalReference']);
  });
});

describe('the idempotency key', () => {
  const key = { 'idempotency-key': 'one-key' };

  it('gets the same answer again, whatever happened meanwhile, and another body or fund 422', async () => {
    const first = await post(to('F1', 'donations'), donation({ amount: '77' }), key);
    await post(to('F1', 'donations'), donation({ amount: '78' }));
    const again = await post(to('F1', 'donations'), donation({ amount: '77' }), key);
    expect([again.status, again.text, again.headers['etag']]).toEqual([201, first.text, first.headers['etag']]);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
    expect(told(await post(to('F1', 'donations'), donation({ amount: '79' }), key))).toEqual([422, 'idempotency_key_reused', undefined]);
    await openFund(url, 'KEY');
    expect(told(await post(to('KEY', 'donations'), donation({ amount: '77' }), key))).toEqual([422, 'idempotency_key_reused', undefined]);
    expect(told(await post(to('F1', 'interest'), { effectiveOn: '2024-01-10', amount: '77' }, key))).toEqual([422, 'idempotency_key_reused', undefined]);
  });

  it('books once what comes many times at once', async () => {
    await openFund(url, 'ONCE');
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(to('ONCE', 'donations'), donation({ amount: '3' }), { 'idempotency-key': 'at-once' })));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    const { body } = await get(to('ONCE', 'balance'), { 'soquy-position': answers[0]!.headers['soquy-position']! });
    expect(body.figures).toMatchObject({ bank: '3', donations: 1 });
  });

  it('may be used again after a refusal, for the same body', async () => {
    await openFund(url, 'LATER');
    const later = { 'idempotency-key': 'refused-first' };
    expect((await post(to('LATER', 'disbursements'), payment({ amount: '5' }), later)).status).toBe(422);
    await post(to('LATER', 'donations'), donation({ amount: '5' }));
    expect((await post(to('LATER', 'disbursements'), payment({ amount: '5' }), later)).status).toBe(201);
  });
});

describe('the revision', () => {
  it('guards a command that names it', async () => {
    await openFund(url, 'REV');
    const seen = (await post(to('REV', 'donations'), donation())).headers['etag']!;
    const next = await post(to('REV', 'donations'), donation(), { 'if-match': seen });
    expect(next.status).toBe(201);
    const late = await post(to('REV', 'donations'), donation(), { 'if-match': seen });
    expect([told(late), late.headers['etag']]).toEqual([[412, 'precondition_failed'], next.headers['etag']]);
  });
});
