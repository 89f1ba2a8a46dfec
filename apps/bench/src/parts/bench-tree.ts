import { randomUUID } from 'node:crypto';
import { fundIdOf } from '@ledger/fund-ledger';
import { dayInVietnam } from '@ledger/kernel';
import { isSuccess, runLoad, type Request } from '../http/load.js';
import { AUTHORIZED } from '../processes/house.js';

/** Of each fund, in đồng. */
export const OPENING_BANK = 1_000_000_000_000;

/** A tree of its own in whatever ledger there is: funds with money to pay from, and an organisation that gives. */
export class BenchTree {
  readonly code = `B${randomUUID().slice(0, 8)}`;
  private readonly day = dayInVietnam(new Date());
  private sent = 0;

  private constructor(private readonly funds: number) {}

  static async make(url: string, funds: number): Promise<BenchTree> {
    const tree = new BenchTree(funds);
    const { code, day } = tree;
    const root = tree.command('/associations', { code, name: 'Hội thử tải', level: 'province', members: 1, establishedOn: day });
    await runLoad([url], 1, () => root, isSuccess);
    const opening = { cash: String(OPENING_BANK), bank: String(OPENING_BANK), goods: '0' };
    const requests = [
      tree.command('/donors', { tree: code, code: 'D', kind: 'organisation', name: 'Công ty thử tải' }),
      ...Array.from({ length: funds }, (_, at) => tree.command('/funds', {
        tree: code, code: `Q${at}`, name: `Quỹ ${at}`, association: `${code}:${code}`, restriction: 'unrestricted', openedOn: day, opening, endowmentPrincipal: '0',
      })),
    ];
    await runLoad([url], requests.length, (at) => requests[at]!, isSuccess);
    return tree;
  }

  fundId(at: number): string {
    return fundIdOf(this.code, `Q${at}`);
  }

  /** A donation or, every other time, a payment, on one of the funds. */
  movement(at: number): Request {
    return at % 2 === 0 ? this.donation(this.fundId((at >> 1) % this.funds), '2000') : this.payment(this.fundId((at >> 1) % this.funds), '1000');
  }

  donation(fundId: string, amount: string): Request {
    return this.command(`/funds/${fundId}/donations`, { effectiveOn: this.day, account: 'bank', amount, donor: `${this.code}:D` });
  }

  payment(fundId: string, amount: string): Request {
    return this.command(`/funds/${fundId}/disbursements`, { effectiveOn: this.day, purpose: 'gift', recipients: 1, account: 'bank', amount });
  }

  private command(path: string, body: object): Request {
    this.sent += 1;
    return { method: 'POST', path, headers: `${AUTHORIZED}Idempotency-Key: ${this.code}-${this.sent}\r\n`, body: JSON.stringify(body) };
  }
}
