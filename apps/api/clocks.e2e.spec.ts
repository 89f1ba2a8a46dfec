import { ApiHouse } from './testing/api-house.js';
import { get, post, type Answer } from './testing/client.js';
import { donation, foundTree, openFund, payment } from './testing/story.js';
import type { ApiDocument, Operation } from './src/openapi/api-document.js';

/** What a query answers, as far as it is looked at here. */
interface Line { readonly day: string; readonly code: string; readonly amount: string; readonly account: string; readonly closing: string; readonly voucher: { readonly kind: string } | null; readonly ended: { readonly bank: string }; readonly figures: { readonly bank: string } }
interface Shown {
  readonly items: readonly Line[]; readonly lines: readonly Line[]; readonly figures: Readonly<Record<string, string>>; readonly totals: Readonly<Record<string, string>>;
  readonly effectiveOn: string | null; readonly knownAt: string | null; readonly received: string;
}

let house: ApiHouse;
let url: string;
let last: Answer;
/** When the ledger believes it is. */
let today = new Date('2024-03-20T03:00:00Z');

const shown = (answer: Answer): Shown => answer.body as unknown as Shown;

async function made(path: string, body: object): Promise<void> {
  last = await post(`${url}${path}`, body);
  expect([path, last.status, last.status === 201 ? '' : last.text]).toEqual([path, 201, '']);
}

async function ok(path: string): Promise<Shown> {
  const answer = await get(`${url}${path}`, { 'soquy-position': last.headers['soquy-position']! });
  expect([path, answer.status, answer.status === 200 ? '' : answer.text]).toEqual([path, 200, '']);
  return shown(answer);
}

// In March a receipt over 600 and a gift of 50 are booked, too much each. In May both are found and adjusted, as of the
// end of March: the receipt by -100, the gift by -20. And in May a pupil is registered, and a fund opened.
beforeAll(async () => {
  house = await ApiHouse.open({ clock: { now: () => today } });
  ({ url } = house.server);
  await foundTree(url);
  await made('/associations', { tree: 'TT', code: 'X1', name: 'Xã Một', level: 'commune', parent: 'TT:TT', members: 30, establishedOn: '2001-01-01' });
  await openFund(url, 'X1-F', { association: 'TT:X1' });
  await made('/campaigns', { tree: 'TT', code: 'C1', association: 'TT:TT', name: 'Tết', startsOn: '2024-01-01' });
  await made('/pledges', { tree: 'TT', code: 'P1', donor: 'TT:D1', fund: 'TT:X1-F', campaign: 'TT:C1', amount: '1000', effectiveOn: '2024-03-01', dueOn: '2024-03-30' });
  await made('/funds/TT:X1-F/donations', donation({ effectiveOn: '2024-03-05', amount: '600', campaign: 'TT:C1', pledge: 'TT:P1' }));
  await made('/funds/TT:X1-F/disbursements', payment({ effectiveOn: '2024-03-10', amount: '50', beneficiary: 'TT:B1' }));
  today = new Date('2024-05-15T03:00:00Z');
  await made('/funds/TT:X1-F/adjustments', { effectiveOn: '2024-03-31', adjusts: { kind: 'receipt', year: 2024, number: 1 }, delta: '-100', reason: 'Ghi nhầm' });
  await made('/funds/TT:X1-F/adjustments', { effectiveOn: '2024-03-31', adjusts: { kind: 'payment', year: 2024, number: 1 }, delta: '-20', reason: 'Ghi nhầm' });
  await made('/associations/TT:X1/members', { members: 45, effectiveOn: '2024-03-01' });
  await made('/beneficiaries', { tree: 'TT', code: 'B9', kind: 'pupil', association: 'TT:X1', name: 'Võ Thị Sau' });
  await openFund(url, 'Y1-F', { association: 'TT:X1' });
  last = await post(`${url}/funds/TT:Y1-F/donations`, donation({ effectiveOn: '2024-03-20', amount: '7' }));
}, 120_000);
afterAll(() => house.close());

const END_OF_MARCH = '2024-03-31';
const APRIL = '2024-04-15T00:00:00Z';
const JUNE = '2024-06-15T00:00:00%2B07:00';

describe('an adjustment made in May about a receipt of March', () => {
  const kinds = ({ items }: Shown): unknown => items.map(({ voucher }) => voucher?.kind);
  const bank = ({ figures }: Shown): unknown => figures['bank'];
  it.each<[string, string, (answer: Shown) => unknown, unknown, unknown]>([
    ['a fund\'s balance', '/funds/TT:X1-F/balance?', ({ figures: { bank: held, received_money, spent_on_gift, closing } }) => [held, received_money, spent_on_gift, closing], ['550', '600', '50', '550'], ['470', '500', '30', '470']],
    ['the balances of many', '/fund-balances?under=TT:TT&', ({ items }) => items.map(({ code, figures }) => [code, figures.bank]), [['F1', '0'], ['X1-F', '550']], [['F1', '0'], ['X1-F', '470'], ['Y1-F', '7']]],
    ['a fund\'s days', '/funds/TT:X1-F/daily-balances?from=2024-03-01&', ({ items }) => items.map(({ day, ended }) => [day, ended.bank]), [['2024-03-01', '0'], ['2024-03-05', '600'], ['2024-03-10', '550']], [['2024-03-01', '0'], ['2024-03-05', '600'], ['2024-03-10', '550'], ['2024-03-31', '470']]],
    ['the months\' closings', '/associations/TT:X1/monthly-closings?from=2024-02&to=2024-04&', ({ items }) => items.map(({ code, closing }) => [code, closing]), [['X1-F', '0'], ['X1-F', '550']], [['X1-F', '0'], ['X1-F', '470'], ['Y1-F', '0'], ['Y1-F', '7']]],
    ['an association\'s own totals', '/associations/TT:X1/totals?from=2024-03-01&', ({ figures: { received_money, spent, members, funds } }) => [received_money, spent, members, funds], ['600', '50', 30, 1], ['507', '30', 45, 2]],
    ['its totals with descendants', '/associations/TT:TT/totals?scope=descendants&', ({ figures: { received_money, spent, members, units } }) => [received_money, spent, members, units], ['600', '50', 40, 2], ['507', '30', 55, 2]],
    ['a beneficiary\'s history', '/beneficiaries/TT:B1/history?', ({ items, totals }) => [items.map(({ amount }) => amount), totals['paid'], totals['disbursements']], [['50'], '50', 1], [['50', '-20'], '30', 1]],
    ['the statement', '/funds/TT:X1-F/statement?', kinds, ['opening', 'receipt', 'payment'], ['opening', 'receipt', 'payment', 'adjustment', 'adjustment']],
    ['the standing', '/funds/TT:X1-F/standing?', bank, '550', '470'],
    ['the trial balance', '/associations/TT:TT/trial-balance?scope=descendants&', ({ lines }) => lines.find(({ account }) => account === '1120')?.closing, '550', '477'],
    ['the campaign', '/campaigns/TT:C1/totals?', ({ figures }) => figures['received_money'], '600', '500'],
    ['the pledges', '/pledge-totals?under=TT:TT&', ({ received }) => received, '600', '500'],
  ])('is in %s as of the end of March in June, and was not in April', async (_, path, pick, inApril, inJune) => {
    const asked = `${path}effectiveOn=${END_OF_MARCH}`;
    const [april, june, now] = [await ok(`${asked}&knownAt=${APRIL}`), await ok(`${asked}&knownAt=${JUNE}`), await ok(asked)];
    expect([pick(april), pick(june), pick(now)]).toEqual([inApril, inJune, inJune]);
    expect([april.knownAt, june.knownAt, now.knownAt]).toEqual(['2024-04-15T00:00:00.000Z', '2024-06-14T17:00:00.000Z', null]);
  });

  it('counts on its own day, however early it is known', async () => {
    expect(bank(await ok(`/funds/TT:X1-F/balance?effectiveOn=2024-03-30&knownAt=${JUNE}`))).toBe('550');
    expect((await ok(`/associations/TT:TT/totals?scope=descendants&to=2024-03-31&effectiveOn=2024-03-30&knownAt=${JUNE}`)).figures['received_money']).toBe('607');
    expect((await ok(`/associations/TT:X1/monthly-closings?from=2024-03&to=2024-04&effectiveOn=2024-03-30&knownAt=${JUNE}`)).items.map(({ closing }) => closing)).toEqual(['550', '7']);
  });
});

describe('what was not known yet', () => {
  it('is nothing, as long as it exists now', async () => {
    expect((await ok(`/funds/TT:Y1-F/balance?knownAt=${APRIL}`)).figures).toMatchObject({ bank: '0', donations: 0, closing: '0' });
    expect((await ok(`/funds/TT:Y1-F/daily-balances?knownAt=${APRIL}`)).items).toEqual([]);
    expect(await ok(`/beneficiaries/TT:B9/history?knownAt=${APRIL}`)).toMatchObject({ items: [], totals: { entries: 0, paid: '0' } });
    expect((await ok('/associations/TT:X1/totals?knownAt=2020-01-01T00:00:00Z')).figures).toMatchObject({ received_money: '0', units: 0, members: 0 });
  });

  it('and is not found where it does not exist', async () => {
    for (const path of ['/funds/TT:NO/balance', '/funds/TT:NO/daily-balances', '/associations/TT:NO/totals', '/beneficiaries/TT:NO/history'])
      expect([path, (await get(`${url}${path}?knownAt=${APRIL}`)).status]).toEqual([path, 404]);
  });
});

describe('every query with a date', () => {
  const DATES = ['from', 'to', 'effectiveOn', 'asOf'];
  let queries: [string, Operation][];

  beforeAll(async () => {
    const { paths } = (await get(`${url}/openapi.json`)).body as unknown as ApiDocument;
    queries = Object.entries(paths).flatMap(([path, { get: operation }]): [string, Operation][] => (operation?.parameters?.some(({ name }) => DATES.includes(name)) ? [[path, operation]] : []));
  });
  const named = (operation: Operation): string[] => (operation.parameters ?? []).map(({ name }) => name);
  const addressOf = (path: string, operation: Operation): string => {
    const examples = new Map((operation.parameters ?? []).map(({ name, example }) => [name, String(example)]));
    const required = (operation.parameters ?? []).flatMap(({ name, in: place, required: must }) => (place === 'query' && must ? [`${name}=${examples.get(name)}`] : []));
    return `${url}${path.replace(/\{(\w+)\}/g, (_, name: string) => examples.get(name) ?? '')}?${[...required, ''].join('&')}`;
  };

  it('says so in the OpenAPI document: by day, and as known at an instant', () => {
    expect(queries.map(([, { operationId }]) => operationId).sort()).toEqual([
      'getAssociationTotals', 'getAssociationTrialBalance', 'getBeneficiaryHistory', 'getCampaignTotals', 'getFundBalance', 'getFundStanding', 'getFundStatement', 'getFundTrialBalance',
      'getPledgeTotals', 'listFundBalances', 'listFundDays', 'listMonthlyClosings', 'listPledges']);
    for (const [path, operation] of queries) {
      expect([path, named(operation)]).toEqual([path, expect.arrayContaining(['effectiveOn', 'knownAt'])]);
      expect([path, operation.parameters?.find(({ name }) => name === 'knownAt')]).toEqual([path, expect.objectContaining({ in: 'query', required: false, schema: expect.objectContaining({ format: 'date-time' }), description: expect.stringContaining('longest prefix of the log') })]);
    }
  });

  it.each([
    ['a day alone', '2024-05-31', 'instant_without_time'], ['text', 'yesterday', 'instant_malformed'], ['nothing', '', 'instant_malformed'], ['no offset', '2024-05-31T10:00:00', 'instant_malformed'],
    ['a number', '1717110000', 'instant_malformed'], ['a day that is in no calendar', '2024-02-30T00:00:00Z', 'instant_malformed'], ['an hour that is none', '2024-02-20T25:00:00Z', 'instant_malformed'],
    ['an instant to come', '2100-01-01T00:00:00Z', 'instant_in_future'],
  ])('refuses %s for an instant', async (_, knownAt, code) => {
    for (const [path, operation] of queries) {
      const { status, headers, body } = await get(`${addressOf(path, operation)}knownAt=${encodeURIComponent(knownAt)}`);
      expect([path, status, headers['content-type'], body.code, body.errors]).toEqual([path, 400, expect.stringContaining('application/problem+json'), 'input_invalid', [expect.objectContaining({ parameter: 'knownAt', code })]]);
      expect(body.errors[0]!.detail.length).toBeGreaterThan(20);
    }
  });

  it.each([['2024-05-31T23:59:59Z'], ['2024-05-31t23:59:59.5z'], ['2024-05-31T23:59:59%2B07:00'], ['2024-05-31T23:59:59+07:00']])('takes the instant %s', async (knownAt) => {
    expect((await ok(`/funds/TT:X1-F/balance?knownAt=${knownAt}`)).knownAt).toMatch(/^2024-05-31T(23:59:59\.(000|500)|16:59:59\.000)Z$/);
  });
});
