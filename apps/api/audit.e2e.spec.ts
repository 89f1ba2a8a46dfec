import { ApiHouse } from './testing/api-house.js';
import { get, post, withToken, type Answer } from './testing/client.js';
import { donation, foundTree, openFund, payment } from './testing/story.js';

let house: ApiHouse;
let url: string;
let last: Answer;
/** When the transfer arrived: everything was known by then but the adjustment. */
let inBetween: string;

const told = ({ status, body }: Answer): unknown[] => [status, body.code];
const cursor = (...parts: string[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

interface Amounts { readonly cash: string; readonly bank: string }
/** Whatever a line of these answers may have. */
interface Line {
  readonly day: string; readonly code: string; readonly account: string; readonly closing: string; readonly position: string; readonly recordedBy: string; readonly recordedAt: string;
  readonly voucher: { readonly kind: string }; readonly changes: Amounts; readonly balances: Amounts; readonly counterparty: { readonly fundId: string | null };
  readonly adjustedBy: readonly object[]; readonly description: string | null; readonly reason: string | null; readonly received: string; readonly outstanding: string; readonly overdue: string;
}
interface Shown { readonly items: readonly Line[]; readonly lines: readonly Line[]; readonly next: string | null; readonly figures: Amounts; readonly debit: string; readonly credit: string }

async function ok(path: string, headers: Record<string, string> = {}): Promise<Shown> {
  const answer = await get(`${url}${path}`, { 'soquy-position': last.headers['soquy-position']!, ...headers });
  expect([path, answer.status, answer.status === 200 ? '' : answer.text]).toEqual([path, 200, '']);
  return answer.body as unknown as Shown;
}

async function made(path: string, body: object): Promise<void> {
  last = await post(`${url}${path}`, body);
  expect([path, last.status, last.status === 201 ? '' : last.text]).toEqual([path, 201, '']);
}

beforeAll(async () => {
  house = await ApiHouse.open();
  ({ url } = house.server);
  await foundTree(url);
  await openFund(url, 'F2');
  await made('/campaigns', { tree: 'TT', code: 'C1', association: 'TT:TT', name: 'Tết', startsOn: '2024-01-01' });
  await made('/pledges', { tree: 'TT', code: 'P1', donor: 'TT:D1', fund: 'TT:F1', campaign: 'TT:C1', amount: '1000', effectiveOn: '2024-01-05', dueOn: '2024-02-29' });
  await made('/funds/TT:F1/donations', donation({ effectiveOn: '2024-03-01', amount: '600', campaign: 'TT:C1', pledge: 'TT:P1', description: 'Ông Đặng trao tận tay' }));
  await made('/funds/TT:F1/disbursements', payment({ effectiveOn: '2024-03-02', amount: '50' }));
  await made('/funds/TT:F1/transfers', { effectiveOn: '2024-03-03', fromAccount: 'bank', toFund: 'TT:F2', toAccount: 'cash', amount: '70' });
  inBetween = (await ok('/funds/TT:F2/statement')).items.at(-1)!.recordedAt;
  await made('/funds/TT:F1/adjustments', { effectiveOn: '2024-03-31', adjusts: { kind: 'receipt', year: 2024, number: 1 }, delta: '-100', reason: 'Ghi nhầm' });
}, 120_000);
afterAll(() => house.close());

describe('a fund\'s statement', () => {
  it('runs in posting order with balances, vouchers and what corrects what', async () => {
    const { items, next } = await ok('/funds/TT:F1/statement');
    expect(next).toBeNull();
    expect(items.map((line) => [line.day, line.voucher.kind, line.changes.bank, line.balances.bank])).toEqual([
      ['2024-01-01', 'opening', '0', '0'], ['2024-03-01', 'receipt', '600', '600'], ['2024-03-02', 'payment', '-50', '550'], ['2024-03-03', 'transfer', '-70', '480'], ['2024-03-31', 'adjustment', '-100', '380']]);
    expect(items[4]).toMatchObject({ adjusts: { kind: 'receipt', year: 2024, number: 1 }, position: last.body.position });
    expect(items[1]!.adjustedBy).toMatchObject([{ kind: 'adjustment', number: 1, day: '2024-03-31' }]);
    expect(items[3]!.counterparty.fundId).toMatch(/^[0-9a-f-]{36}$/);
    expect(items[1]!.recordedBy).not.toBe('');
  });

  it('goes through everything once, page by page, with the same balances', async () => {
    const whole = (await ok('/funds/TT:F1/statement')).items;
    const paged: unknown[] = [];
    for (let after = ''; ;) {
      const { items, next }: Shown = await ok(`/funds/TT:F1/statement?limit=2${after}`);
      paged.push(...items);
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(paged).toEqual(whole);
  });

  it('shows the adjustment of a receipt by its day and by when it was known', async () => {
    const bank = async (query: string): Promise<string> => (await ok(`/funds/TT:F1/standing?${query}`)).figures.bank;
    expect([await bank(''), await bank('effectiveOn=2024-03-30'), await bank(`knownAt=${inBetween}`), await bank('knownAt=2020-01-01T00:00:00Z')]).toEqual(['380', '480', '480', '0']);
    const kinds = async (query: string): Promise<string[]> => (await ok(`/funds/TT:F1/statement?${query}`)).items.map(({ voucher }) => voucher.kind);
    expect(await kinds(`knownAt=${inBetween}`)).toEqual(['opening', 'receipt', 'payment', 'transfer']);
    expect(await kinds('effectiveOn=2024-03-02')).toEqual(['opening', 'receipt', 'payment']);
    expect(await kinds('from=2024-03-02&to=2024-03-03&effectiveOn=2024-03-02')).toEqual(['payment']);
  });

  it('opens text that names a person for holders of a token only', async () => {
    expect((await ok('/funds/TT:F1/statement')).items[1]!.description).toBeNull();
    expect((await ok('/funds/TT:F1/statement', withToken)).items[1]!.description).toBe('Ông Đặng trao tận tay');
    expect((await ok('/funds/TT:F1/statement')).items[4]!.reason ?? 'sealed').toMatch(/Ghi nhầm|sealed/);
    expect((await ok('/funds/TT:F1/statement', withToken)).items[4]!.reason).toBe('Ghi nhầm');
  });
});

describe('trial balances', () => {
  it('balance, for a fund, an association, and a period', async () => {
    const fund = await ok('/funds/TT:F1/trial-balance?from=2024-03-02&to=2024-03-31');
    expect(fund.lines).toEqual([
      { account: '1120', opening: '600', debit: '0', credit: '220', closing: '380' }, { account: '3810', opening: '0', debit: '70', credit: '0', closing: '70' },
      { account: '4100', opening: '-600', debit: '100', credit: '0', closing: '-500' }, { account: '5310', opening: '0', debit: '50', credit: '0', closing: '50' }]);
    expect([fund.debit, fund.credit]).toEqual(['220', '220']);
    const association = await ok(`/associations/TT:TT/trial-balance?scope=descendants&knownAt=${inBetween}`);
    expect(association.lines.map(({ account, closing }) => [account, closing])).toEqual([['1110', '70'], ['1120', '480'], ['3810', '70'], ['3820', '-70'], ['4100', '-600'], ['5310', '50']]);
  });
});

describe('campaigns and pledges', () => {
  it('are what they were on a day, as known', async () => {
    expect((await ok('/campaigns/TT:C1/totals')).figures).toMatchObject({ pledged: '1000', received_money: '500', donations: 1 });
    expect((await ok(`/campaigns/TT:C1/totals?knownAt=${inBetween}`)).figures).toMatchObject({ received_money: '600' });
    const pledge = async (query: string): Promise<unknown> => (await ok(`/pledges?tree=TT&${query}`)).items.map(({ code, received, outstanding, overdue }) => [code, received, outstanding, overdue]);
    expect(await pledge('asOf=2024-02-29')).toEqual([['P1', '0', '1000', '0']]);
    expect(await pledge('asOf=2024-03-01&only=overdue')).toEqual([['P1', '600', '400', '400']]);
    expect(await pledge('')).toEqual([['P1', '500', '500', '500']]);
    expect(await pledge(`knownAt=${inBetween}`)).toEqual([['P1', '600', '400', '400']]);
    expect(await ok('/pledge-totals?donor=TT:D1&under=TT:TT')).toMatchObject({ count: 1, pledged: '1000', received: '500', outstanding: '500', overdue: '500', cancelled: 0 });
    expect(await ok('/pledge-totals?tree=NO')).toMatchObject({ count: 0, pledged: '0' });
  });
});

describe('what makes no sense', () => {
  it.each([
    ['/funds/TT:F1/statement?knownAt=yesterday'], ['/funds/TT:F1/statement?knownAt=2024-02-31T00:00:00Z'], ['/funds/TT:F1/statement?knownAt=2024-01-01T00:00:00'], ['/funds/TT:F1/statement?knownAt=0001-01-01T00:00:00Z'],
    ['/funds/TT:F1/statement?from=2024-03-02&to=2024-03-01'], ['/pledges?asOf=2024-13-01'], ['/pledges?only=late'], ['/associations/TT:TT/trial-balance?scope=all'], ['/funds/TT:F1/standing?from=2024-01-01'],
    [`/funds/TT:F1/statement?after=${cursor('2024-02-31', '1', '1', '1')}`], [`/funds/TT:F1/statement?after=${cursor('2024-02-01', '9999999999999999999', '1', '1')}`], ['/funds/TT:F1/statement?after=x'],
  ])('is refused: %s', async (path) => expect((await get(url + path)).status).toBe(400));

  it('and what is not there is not found', async () => {
    for (const path of ['/funds/TT:NO/statement', '/funds/TT:NO/standing', '/funds/TT:NO/trial-balance', '/associations/TT:NO/trial-balance', '/campaigns/TT:NO/totals'])
      expect([path, told(await get(url + path))]).toEqual([path, [404, 'resource_not_found']]);
  });
});
