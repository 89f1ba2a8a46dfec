import { ApiHouse } from './testing/api-house.js';
import { get, post, withToken, type Answer, type ShownItem } from './testing/client.js';
import { donation, foundTree, openFund, payment } from './testing/story.js';

let house: ApiHouse;
let url: string;
let last: Answer;

const told = ({ status, body }: Answer): unknown[] => [status, body.code];
const DAYS = Array.from({ length: 12 }, (_, at) => `2024-02-${String(at + 1).padStart(2, '0')}`);

/** Everything on all pages, each asked for with the cursor of the one before. */
async function pages(path: string, headers: Record<string, string> = {}): Promise<{ items: ShownItem[]; pages: number }> {
  const items: ShownItem[] = [];
  let after: string | null = null;
  let count = 0;
  do {
    const answer: Answer = await get(`${url}${path}${after === null ? '' : `&after=${after}`}`, headers);
    expect([path, answer.status]).toEqual([path, 200]);
    items.push(...answer.body.items);
    after = answer.body.next;
    count += 1;
  } while (after !== null);
  return { items, pages: count };
}

beforeAll(async () => {
  house = await ApiHouse.open();
  ({ url } = house.server);
  await foundTree(url);
  for (let at = 0; at < 7; at += 1) {
    await post(`${url}/associations`, { tree: 'TT', code: `U${at}`, name: `Xã ${at}`, level: 'commune', parent: 'TT:TT', members: at, establishedOn: '2001-01-01' });
    await post(`${url}/beneficiaries`, { tree: 'TT', code: `N${at}`, kind: 'pupil', association: `TT:U${at}`, name: at % 2 ? `Trần Thị Hoa ${at}` : `Trần Văn Đạt ${at}` });
  }
  await openFund(url, 'U-F', { association: 'TT:U0' });
  for (const effectiveOn of DAYS) await post(`${url}/funds/TT:F1/donations`, donation({ effectiveOn, amount: '100' }));
  for (const effectiveOn of DAYS) {
    await post(`${url}/funds/TT:F1/disbursements`, payment({ effectiveOn, amount: '10', beneficiary: 'TT:B1', externalReference: `PC-${effectiveOn}`, description: 'Gia đình em Mẫu' }));
  }
  last = await post(`${url}/funds/TT:U-F/donations`, donation({ amount: '5' }));
}, 120_000);
afterAll(() => house.close());

const now = (): Record<string, string> => ({ 'soquy-position': last.headers['soquy-position']! });

describe('reading what was just written', () => {
  it('waits for the position of a command, by parameter or header, and says what it reflects', async () => {
    const answer = await post(`${url}/funds/TT:U-F/donations`, donation({ amount: '7' }));
    last = answer;
    const read = await get(`${url}/funds/TT:U-F/balance?atPosition=${answer.body.position}`);
    expect([read.status, read.body.figures.bank, read.headers['soquy-position']]).toEqual([200, '12', read.body.asOfPosition]);
    expect(Number(read.body.asOfPosition.split('-')[1])).toBeGreaterThanOrEqual(Number(answer.body.position.split('-')[1]));
    expect(read.body.asOfTime).toMatch(/^20\d\d-.*Z$/);
  });

  it('does not wait for ever', async () => {
    const [log] = last.body.position.split('-');
    const answer = await get(`${url}/funds/TT:F1/balance?atPosition=${log}-999999999999`);
    expect([told(answer), answer.headers['retry-after']]).toEqual([[503, 'position_not_reached'], '1']);
  });

  it.each([['00000000-5', 409, 'position_of_another_log'], ['5', 400, 'position_malformed'], ['x', 400, 'position_malformed'], ['00000000--5', 400, 'position_malformed']])(
    'refuses %p', async (position, status, code) => expect(told(await get(`${url}/funds?atPosition=${position}`))).toEqual([status, code]));
});

describe('pages', () => {
  it('go through everything once, in order, whatever their size', async () => {
    const whole = await pages('/associations?tree=TT&limit=500', now());
    expect(whole.items.map(({ code }) => code)).toEqual(['TT', 'U0', 'U1', 'U2', 'U3', 'U4', 'U5', 'U6']);
    for (const limit of [1, 3, 8]) expect((await pages(`/associations?tree=TT&limit=${limit}`)).items).toEqual(whole.items);
    expect((await pages('/associations?tree=TT&parent=TT%3ATT&limit=3')).items).toHaveLength(7);
    const days = await pages('/funds/TT:F1/daily-balances?limit=5', now());
    expect(days.items.map(({ day, ended }) => [day, ended.bank])).toEqual([['2024-01-01', '0'], ...DAYS.map((day, at) => [day, String((at + 1) * 90)])].slice(days.items[0]?.day === '2024-01-01' ? 0 : 1));
    const history = await pages('/beneficiaries/TT:B1/history?limit=5');
    expect(history.items.map(({ day, kind, amount, reference }) => [day, kind, amount, reference])).toEqual(DAYS.map((day) => [day, 'disbursement_paid', '10', `PC-${day}`]));
    expect((await pages('/fund-balances?under=TT%3ATT&limit=1')).items.map(({ code }) => code)).toEqual(['F1', 'U-F']);
    expect((await pages('/beneficiaries?tree=TT&limit=4', withToken)).items).toHaveLength(9);
  });

  it.each([['x'], ['%00'], [Buffer.from('["a"]').toString('base64url')], [Buffer.from('{"a":1}').toString('base64url')], [Buffer.from('[1,2,3]').toString('base64url')], ['x'.repeat(5000)]])(
    'refuse the cursor %p', async (after) => {
      expect((await get(`${url}/associations?after=${after}`)).body.errors).toMatchObject([{ parameter: 'after', code: 'cursor_malformed' }]);
      expect((await get(`${url}/beneficiaries/TT:B1/history?after=${after}`)).status).toBe(400);
    });

  it.each([['limit=0'], ['limit=501'], ['limit=-1'], ['limit=x'], ['limit=1&limit=2'], ['offset=5'], ['level=town'], ['parent=U1'], ['tree='], ['tree=%00'], ['__proto__=1']])(
    'refuse %s', async (query) => expect((await get(`${url}/associations?${query}`)).status).toBe(400));
});

describe('figures', () => {
  it('are those of the day asked for', async () => {
    const on = async (day: string): Promise<unknown> => (await get(`${url}/funds/TT:F1/balance?effectiveOn=${day}`, now())).body.figures['available'];
    expect([await on('2024-01-31'), await on('2024-02-01'), await on('2024-02-12'), await on('2030-01-01')]).toEqual(['0', '90', '1080', '1080']);
    expect((await get(`${url}/funds/TT:F1/balance?effectiveOn=2023-02-29`)).body.errors).toMatchObject([{ parameter: 'effectiveOn', code: 'date_not_in_calendar' }]);
  });

  it('of an association are its own, or with everything below', async () => {
    const totals = async (query: string): Promise<object> => (await get(`${url}/associations/TT:TT/totals?${query}`, now())).body.figures;
    expect(await totals('scope=own')).toMatchObject({ received_money: '1200', spent: '120', units: 1, movements: 24 });
    expect(await totals('scope=descendants')).toMatchObject({ received_money: '1212', units: 8, members: 31 });
    expect(await totals('scope=own&from=2024-02-02&to=2024-02-03')).toMatchObject({ received_money: '200', spent: '20' });
    expect((await get(`${url}/associations/TT:TT/totals?from=2024-02-02&to=2024-02-01`)).body.errors).toMatchObject([{ parameter: 'from', code: 'date_range_backward' }]);
    const months = await get(`${url}/associations/TT:TT/monthly-closings?from=2024-01&to=2024-03`);
    expect(months.body.items.filter(({ code }) => code === 'F1').map(({ closing }) => closing)).toEqual(['0', '1080', '1080']);
    expect((await get(`${url}/associations/TT:TT/monthly-closings?from=2000-01&to=2024-03`)).body.errors).toMatchObject([{ code: 'range_too_long' }]);
    expect((await get(`${url}/associations/TT:TT/monthly-closings?from=2024-13&to=2024-03`)).status).toBe(400);
  });

  it('are not there for what is not there', async () => {
    for (const path of ['/funds/TT:NO', '/funds/TT:NO/balance', '/funds/TT:NO/daily-balances', '/associations/TT:NO', '/associations/TT:NO/totals', '/beneficiaries/TT:NO/history']) {
      expect([path, told(await get(url + path))]).toEqual([path, [404, 'resource_not_found']]);
    }
    expect(told(await get(`${url}/donors/TT:NO`, withToken))).toEqual([404, 'resource_not_found']);
  });
});

describe('names', () => {
  it('are found by their words, with or without marks, by holders of a token', async () => {
    const search = async (name: string): Promise<string[]> => (await get(`${url}/beneficiaries?tree=TT&name=${encodeURIComponent(name)}`, { ...withToken, ...now() })).body.items.map(({ code }) => code);
    expect(await search('hoa')).toEqual(['N1', 'N3', 'N5']);
    expect(await search('Đạt trần')).toEqual(['N0', 'N2', 'N4', 'N6']);
    expect(await search('dat')).toEqual(['N0', 'N2', 'N4', 'N6']);
    expect(await search('nobody')).toEqual([]);
    expect((await get(`${url}/beneficiaries?name=%21%21`, withToken)).status).toBe(400);
  });

  it('are in a history for holders of a token only, and nowhere without one', async () => {
    const path = `${url}/beneficiaries/TT:B1/history`;
    const [open, closed] = [await get(path, { ...withToken, ...now() }), await get(path, now())];
    expect([open.body.name, closed.body.name]).toEqual(['Lê Văn Mẫu', undefined]);
    expect(closed.body.totals).toMatchObject({ disbursements: 12, disbursements_amount: '120', paid: '120' });
    for (const each of ['/funds', '/pledges', '/fund-balances', '/beneficiary-statistics?tree=TT', '/associations/TT:TT/totals', '/beneficiaries/TT:B1/history']) {
      expect((await get(url + each)).text).not.toMatch(/Lê Văn|Đặng Thị|Gia đình/);
    }
  });

  it('are gone once erased, and the figures stay', async () => {
    const before = (await get(`${url}/donors/TT:D1`, { ...withToken, ...now() })).body;
    expect(before).toMatchObject({ name: 'Đặng Thị Thử', erased: false });
    last = await post(`${url}/donors/TT:D1/erasure`, { reason: 'theo yêu cầu' });
    expect(last.status).toBe(201);
    expect((await get(`${url}/donors/TT:D1`, { ...withToken, ...now() })).body).toMatchObject({ name: 'đã xóa / erased', erased: true });
    expect((await get(`${url}/donors?tree=TT&name=thu`, { ...withToken, ...now() })).body.items).toEqual([]);
    expect((await get(`${url}/funds/TT:F1/balance`, now())).body.figures.received_money).toBe('1200');
    const sealed = await post(`${url}/funds/TT:F1/donations`, donation({ description: 'Ông Thử gửi thêm' }));
    expect(told(sealed)).toEqual([422, 'person_erased']);
    expect(sealed.body.detail).toMatch(/erased/);
  });
});
