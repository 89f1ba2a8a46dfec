import type { ValuesOf } from '@ledger/dataset';
import type { SetPlan } from './plan.js';
import type { Random } from './random.js';

type Account = 'cash' | 'bank' | 'goods';

/** An award with instalments that are still to be paid. */
export interface OpenScholarship {
  readonly values: ValuesOf<'scholarships'>;
  readonly book: Book;
  paid: number;
}

/** A donation that may yet be adjusted, and what remains of it. */
export interface RecentDonation {
  readonly values: ValuesOf<'donations'>;
  readonly book: Book;
  remaining: number;
}

export interface RecentPledge {
  readonly values: ValuesOf<'pledges'>;
  readonly book: Book;
}

/** What one fund can pay, kept so that no row is made which would be refused. Amounts in đồng, far below 2^53. */
export class Book {
  private readonly held: Record<Account, number>;
  private readonly principal: number;
  private committed = 0;

  constructor(readonly fund: ValuesOf<'funds'>, readonly programs: readonly ValuesOf<'scholarship_programs'>[]) {
    this.held = { cash: Number(fund.opening_cash), bank: Number(fund.opening_bank), goods: Number(fund.opening_goods) };
    this.principal = Number(fund.endowment_principal);
  }

  get available(): number {
    return this.held.cash + this.held.bank - this.principal - this.committed;
  }

  /** What may leave an account by a payment, or to another fund. */
  payable(account: Account): number {
    return account === 'goods' ? this.held.goods : Math.min(this.movable(account), this.available);
  }

  /** What may leave an account towards another of the same fund. */
  movable(account: Account): number {
    return account === 'bank' ? this.held.bank - this.principal : this.held[account];
  }

  add(account: Account, amount: number): void {
    this.held[account] += amount;
  }

  commit(amount: number): void {
    this.committed += amount;
  }

  pays(purpose: ValuesOf<'funds'>['purpose']): boolean {
    return this.fund.purpose === undefined || this.fund.purpose === purpose;
  }

  /** Of cash and bank one that can pay the amount, bank first. */
  accountFor(amount: number): 'cash' | 'bank' | undefined {
    return this.payable('bank') >= amount ? 'bank' : this.payable('cash') >= amount ? 'cash' : undefined;
  }

  /** The same for an instalment, whose money was set aside. */
  accountForCommitted(amount: number): 'cash' | 'bank' | undefined {
    return this.movable('bank') >= amount ? 'bank' : this.movable('cash') >= amount ? 'cash' : undefined;
  }
}

const OF_PROVINCE = 0.3;
const OF_DISTRICTS = 0.25;

/** All books, drawn as they are busy: the province's three funds hold three movements of ten. */
export class Books {
  readonly all: readonly Book[];
  readonly withPrograms: readonly Book[];
  private readonly ofProvince: readonly Book[];
  private readonly ofDistricts: readonly Book[];
  private readonly ofCommunes: readonly Book[];
  private readonly ofAssociation: ReadonlyMap<string, Book>;

  constructor(plan: SetPlan) {
    const levels = new Map(plan.associations.map(({ code, level }) => [code, level]));
    this.all = plan.funds.map((fund) => new Book(fund, plan.programs.filter(({ fund_code }) => fund_code === fund.code)));
    const at = (level: string): Book[] => this.all.filter(({ fund }) => levels.get(fund.association_code) === level);
    [this.ofProvince, this.ofDistricts, this.ofCommunes] = [at('province'), at('district'), at('commune')];
    this.withPrograms = this.all.filter(({ programs }) => programs.length > 0);
    this.ofAssociation = new Map([...this.all].reverse().map((book) => [book.fund.association_code, book]));
  }

  any(random: Random): Book {
    const draw = random.fraction();
    const books = draw < OF_PROVINCE ? this.ofProvince : draw < OF_PROVINCE + OF_DISTRICTS ? this.ofDistricts : this.ofCommunes;
    // The province's first fund is the busiest of all.
    if (books.length === 0 || (books === this.ofProvince && random.chance(0.5))) return this.all[0]!;
    return random.pick(books);
  }

  /** The first fund of an association; undefined where it has none. */
  of(association: string): Book | undefined {
    return this.ofAssociation.get(association);
  }

  /** A fund that may give, and one that it may give to. */
  transferPair(random: Random): readonly [Book, Book] | undefined {
    const from = random.chance(0.6) ? this.all[0]! : random.pick(this.all);
    const to = random.pick(this.all);
    const allowed = from !== to && (from.fund.purpose === undefined || from.fund.purpose === to.fund.purpose);
    return allowed ? [from, to] : undefined;
  }
}

/** The newest things of a kind, at most so many: what a draw comes from while millions of rows go by. */
export class Recent<Item> {
  private readonly items: Item[] = [];
  private next = 0;

  constructor(private readonly most: number) {}

  add(item: Item): void {
    this.items[this.next] = item;
    this.next = (this.next + 1) % this.most;
  }

  any(random: Random): Item | undefined {
    return this.items[random.below(this.items.length)];
  }
}

/** Things waiting for their turn; taking from the front costs the same however many there are. */
export class Waiting<Item> {
  private items: Item[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  add(item: Item): void {
    this.items.push(item);
  }

  take(): Item | undefined {
    const item = this.items[this.head];
    if (item !== undefined) this.head += 1;
    if (this.head > 1_000 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}
