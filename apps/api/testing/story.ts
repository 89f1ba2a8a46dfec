import { randomUUID } from 'node:crypto';
import { post, type Answer } from './client.js';

export const TREE = 'TT';

/** A body of each kind that a server without rules of its own about it would take; tests bend one field at a time. */
export const donation = (over: object = {}): Record<string, unknown> => ({ effectiveOn: '2024-01-10', account: 'bank', amount: '1000', donor: 'TT:D1', ...over });
export const payment = (over: object = {}): Record<string, unknown> => ({ effectiveOn: '2024-02-01', purpose: 'gift', recipients: 1, account: 'bank', amount: '1000', ...over });
export const fundBody = (code: string, over: object = {}): Record<string, unknown> => ({
  tree: TREE, code, name: `Quỹ ${code}`, association: 'TT:TT', restriction: 'unrestricted', openedOn: '2024-01-01',
  opening: { cash: '0', bank: '0', goods: '0' }, endowmentPrincipal: '0', ...over,
});

/** As a client does that was told to come back: the same request, with its key, until it is not 503. */
export async function retried(send: (key: string) => Promise<Answer>, key: string = randomUUID()): Promise<Answer> {
  for (;;) {
    const answer = await send(key);
    if (answer.status !== 503) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function made(url: string, body: object, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const answer = await retried((key) => post(url, body, { 'idempotency-key': key, ...headers }));
  if (answer.status !== 201) throw new Error(`not recorded: ${answer.status} ${answer.text}`);
  return answer;
}

/** An association, a donor, two pupils and a programme on fund F1. */
export async function foundTree(url: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  await made(`${url}/associations`, { code: TREE, name: 'Hội Khuyến học Thử', level: 'province', members: 10, establishedOn: '2000-01-01' }, headers);
  await made(`${url}/donors`, { tree: TREE, code: 'D1', kind: 'individual', name: 'Đặng Thị Thử' }, headers);
  await made(`${url}/beneficiaries`, { tree: TREE, code: 'B1', kind: 'pupil', association: 'TT:TT', name: 'Lê Văn Mẫu' }, headers);
  await made(`${url}/beneficiaries`, { tree: TREE, code: 'B2', kind: 'pupil', association: 'TT:TT', name: 'Phạm Thị Mẫu' }, headers);
  await openFund(url, 'F1', {}, headers);
  await made(`${url}/scholarship-programs`, { tree: TREE, code: 'P1', fund: 'TT:F1', name: 'Học bổng' }, headers);
}

export function openFund(url: string, code: string, over: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return made(`${url}/funds`, fundBody(code, over), headers);
}
