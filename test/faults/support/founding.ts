import { order, persist, type Order } from './steady-client.js';

export const TREE = 'TT';
/** Long past: nothing here is about days. */
const DAY = '2024-03-01';

/** An association, a donor and funds to book on, each with money in the bank. */
export async function found(urlOf: () => string, token: string, funds: readonly string[], bank = '0'): Promise<void> {
  const opening = { cash: '0', bank, goods: '0' };
  const orders = [
    order('/associations', { code: TREE, name: 'Hội Khuyến học Thử', level: 'province', members: 10, establishedOn: '2000-01-01' }),
    order('/donors', { tree: TREE, code: 'D1', kind: 'individual', name: 'Đặng Thị Thử' }),
    ...funds.map((code) => order('/funds', {
      tree: TREE, code, name: `Quỹ ${code}`, association: `${TREE}:${TREE}`, restriction: 'unrestricted', openedOn: '2024-01-01', opening, endowmentPrincipal: '0',
    })),
  ];
  for (const one of orders) {
    const { last } = await persist(urlOf, one, token);
    if (last.status !== 201) throw new Error(`not recorded: ${last.status} ${last.text}`);
  }
}

export const donation = (fund: string, amount: bigint): Order =>
  order(`/funds/${TREE}:${fund}/donations`, { effectiveOn: DAY, account: 'bank', amount: amount.toString(), donor: `${TREE}:D1` });

export const payment = (fund: string, amount: bigint): Order =>
  order(`/funds/${TREE}:${fund}/disbursements`, { effectiveOn: DAY, purpose: 'gift', recipients: 1, account: 'bank', amount: amount.toString() });

export const transfer = (from: string, to: string, amount: bigint): Order =>
  order(`/funds/${TREE}:${from}/transfers`, { effectiveOn: DAY, fromAccount: 'bank', toFund: `${TREE}:${to}`, toAccount: 'bank', amount: amount.toString() });

/** Donations, payments and transfers among the funds, more is paid than there is. */
export function mixedOrders(random: () => number, funds: readonly string[]): () => Order {
  const fund = (): string => funds[Math.floor(random() * funds.length)]!;
  return () => {
    const kind = random();
    const amount = BigInt(1 + Math.floor(random() * 100));
    if (kind < 0.45) return donation(fund(), amount);
    const from = fund();
    const to = fund();
    return kind < 0.9 || from === to ? payment(from, amount) : transfer(from, to, amount);
  };
}
