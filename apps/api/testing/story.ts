import { post, type Answer } from './client.js';

export const TREE = 'TT';

/** A body of each kind that a server without rules of its own about it would take; tests bend one field at a time. */
export const donation = (over: object = {}): Record<string, unknown> => ({ effectiveOn: '2024-01-10', account: 'bank', amount: '1000', donor: 'TT:D1', ...over });
export const payment = (over: object = {}): Record<string, unknown> => ({ effectiveOn: '2024-02-01', purpose: 'gift', recipients: 1, account: 'bank', amount: '1000', ...over });
export const fundBody = (code: string, over: object = {}): Record<string, unknown> => ({
  tree: TREE, code, name: `Quỹ ${code}`, association: 'TT:TT', restriction: 'unrestricted', openedOn: '2024-01-01',
  opening: { cash: '0', bank: '0', goods: '0' }, endowmentPrincipal: '0', ...over,
});

async function made(answer: Promise<Answer>): Promise<Answer> {
  const { status, text } = await answer;
  if (status !== 201) throw new Error(`not recorded: ${status} ${text}`);
  return answer;
}

/** An association, a donor, two pupils and a programme on fund F1. */
export async function foundTree(url: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  await made(post(`${url}/associations`, { code: TREE, name: 'Hội Khuyến học Thử', level: 'province', members: 10, establishedOn: '2000-01-01' }, headers));
  await made(post(`${url}/donors`, { tree: TREE, code: 'D1', kind: 'individual', name: 'Đặng Thị Thử' }, headers));
  await made(post(`${url}/beneficiaries`, { tree: TREE, code: 'B1', kind: 'pupil', association: 'TT:TT', name: 'Lê Văn Mẫu' }, headers));
  await made(post(`${url}/beneficiaries`, { tree: TREE, code: 'B2', kind: 'pupil', association: 'TT:TT', name: 'Phạm Thị Mẫu' }, headers));
  await openFund(url, 'F1', {}, headers);
  await made(post(`${url}/scholarship-programs`, { tree: TREE, code: 'P1', fund: 'TT:F1', name: 'Học bổng' }, headers));
}

export function openFund(url: string, code: string, over: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return made(post(`${url}/funds`, fundBody(code, over), headers));
}
