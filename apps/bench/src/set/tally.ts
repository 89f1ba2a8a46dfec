import type { ValuesOf } from '@ledger/dataset';
import type { MadeRow, MadeRowOf } from './made-row.js';
import { FundTally, type MovementFigures } from './fund-tally.js';

// Figures counted from the rows alone. Nothing here is the ledger's: two programs that agree by mistake would have to
// make the same mistake twice.

type Amounts = Record<string, number>;

/** What a set must come to, in the shape of the samples' expected.json; amounts in đồng. */
export interface ExpectedFigures {
  readonly root: string;
  readonly counts: Amounts;
  readonly funds: Readonly<Record<string, Amounts>>;
  readonly fund_closing_by_month: Readonly<Record<string, Amounts>>;
  readonly association_totals_with_descendants: Readonly<Record<string, Amounts>>;
  readonly campaigns: Readonly<Record<string, Amounts>>;
  readonly pledges: Amounts;
  readonly beneficiaries: { readonly registered: number; readonly supported: number; readonly histories: Readonly<Record<string, readonly HistoryLine[]>> };
}

export type HistoryLine = readonly [day: string, kind: string, amount: number, reference: string];

interface Unit { readonly values: ValuesOf<'associations'>; readonly own: Amounts }

const LONGEST_HISTORIES = 5;

/** Counts rows as they come: registrations first, then the movements in posted order. */
export class Tally {
  private readonly units = new Map<string, Unit>();
  private readonly funds = new Map<string, FundTally>();
  private readonly programs = new Map<string, FundTally>();
  private readonly campaigns = new Map<string, Amounts>();
  private readonly promises = new Map<string, { readonly pledged: number; received: number }>();
  private readonly entries = new Map<string, number>();
  private readonly counts: Amounts = { associations: 0, funds: 0, donations: 0, scholarships: 0, instalments: 0, movements: 0 };
  private registered = 0;
  private month = '';
  private readonly months: string[] = [];

  note(row: MadeRow): void {
    const { values } = row;
    if ('posted_seq' in values) this.moved(dayOf(row));
    switch (row.file) {
      case 'associations': this.units.set(row.values.code, { values: row.values, own: {} }); return void this.counted('associations');
      case 'funds': this.funds.set(row.values.code, new FundTally(row.values)); return void this.counted('funds');
      case 'campaigns': return void this.campaigns.set(row.values.code, {});
      case 'scholarship_programs': return void this.programs.set(row.values.code, this.fund(row.values.fund_code));
      case 'beneficiaries': this.registered += 1; return;
      case 'donors': return;
      default: return this.movement(row);
    }
  }

  /** `historiesOf` reads the rows again: what the five with the most entries were given. */
  figures(historiesOf: (beneficiaries: readonly string[]) => ExpectedFigures['beneficiaries']['histories']): ExpectedFigures {
    this.closeMonth();
    const longest = [...this.entries].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, LONGEST_HISTORIES).map(([code]) => code);
    const funds = [...this.funds.entries()];
    return {
      root: [...this.units.values()].find(({ values }) => values.parent_code === undefined)!.values.code,
      counts: this.counts,
      funds: Object.fromEntries(funds.map(([code, fund]) => [code, fund.figures()])),
      fund_closing_by_month: Object.fromEntries(funds.map(([code, fund]) => [code, Object.fromEntries(this.months.map((month, at) => [month, fund.closings[at]!]))])),
      association_totals_with_descendants: this.totals(),
      campaigns: Object.fromEntries(this.campaigns),
      pledges: this.pledges(),
      beneficiaries: { registered: this.registered, supported: this.entries.size, histories: historiesOf(longest) },
    };
  }

  /** Every month from the first movement's to the last one's has a closing, also one in which nothing moved. */
  private moved(day: string): void {
    this.counted('movements');
    const month = day.slice(0, 7);
    while (this.month !== '' && this.month < month) {
      this.closeMonth();
      this.month = monthAfter(this.month);
    }
    this.month = month;
  }

  private closeMonth(): void {
    if (this.month === '' || this.months.at(-1) === this.month) return;
    this.months.push(this.month);
    for (const fund of this.funds.values()) fund.closeMonth();
  }

  private movement(row: MadeRow): void {
    switch (row.file) {
      case 'pledges': return this.pledge(row.values);
      case 'donations': return this.donation(row.values, Number(row.values.amount), true);
      case 'adjustments': return this.donation(row.origin, Number(row.values.delta), false);
      case 'direct_support': return void this.unit(row.values.association_code, 'direct_support', Number(row.values.amount));
      case 'scholarships': {
        const fund = this.program(row.values.program_code);
        fund.awarded(Number(row.values.amount));
        this.counted('scholarships');
        this.entry(row.values.beneficiary_code);
        return this.unit(fund.association, 'scholarships_awarded', 1);
      }
      case 'scholarship_payments': return this.instalment(row);
      case 'awards': return this.award(row.values);
      case 'disbursements': return this.disbursement(row.values);
      case 'transfers': return this.transfer(row.values);
    }
  }

  private pledge({ code, amount, fund_code, campaign_code }: ValuesOf<'pledges'>): void {
    this.promises.set(code, { pledged: Number(amount), received: 0 });
    this.onFund(fund_code, 'pledged', Number(amount));
    if (campaign_code !== undefined) add(this.campaigns.get(campaign_code)!, 'pledged', Number(amount));
  }

  private donation({ fund_code, campaign_code, pledge_code, account }: ValuesOf<'donations'>, amount: number, isNew: boolean): void {
    const received = account === 'goods' ? 'received_in_kind' : 'received_money';
    this.fund(fund_code).add(account, amount);
    this.onFund(fund_code, received, amount);
    if (campaign_code !== undefined) add(this.campaigns.get(campaign_code)!, received, amount);
    if (pledge_code !== undefined) this.promises.get(pledge_code)!.received += amount;
    if (!isNew) return;
    this.counted('donations');
    this.unit(this.fund(fund_code).association, 'donations', 1);
    if (campaign_code !== undefined) add(this.campaigns.get(campaign_code)!, 'donations', 1);
  }

  private instalment({ values, origin }: MadeRowOf<'scholarship_payments'>): void {
    const fund = this.program(origin.program_code);
    const amount = Number(values.amount);
    fund.add(values.account, -amount);
    fund.released(amount);
    fund.count('spent', amount);
    this.counted('instalments');
    this.entry(origin.beneficiary_code);
    this.unit(fund.association, 'spent', amount);
    this.unit(fund.association, 'spent_on_scholarships', amount);
  }

  private award({ fund_code, account, amount, association_code, recipient_kind, recipient_code, kind }: ValuesOf<'awards'>): void {
    this.entry(recipient_code);
    this.unit(association_code, recipient_kind === 'group' ? 'awards_to_groups' : 'awards_to_individuals', 1);
    if (kind === 'certificate_of_merit') this.unit(association_code, 'certificates_of_merit', 1);
    if (fund_code === undefined || account === undefined) return;
    this.fund(fund_code).add(account, -Number(amount));
    this.onFund(fund_code, 'spent', Number(amount));
    this.unit(this.fund(fund_code).association, 'spent_on_awards', Number(amount));
  }

  private disbursement({ fund_code, account, amount, beneficiary_code }: ValuesOf<'disbursements'>): void {
    this.fund(fund_code).add(account, -Number(amount));
    this.onFund(fund_code, 'spent', Number(amount));
    this.unit(this.fund(fund_code).association, 'disbursements', 1);
    if (beneficiary_code !== undefined) this.entry(beneficiary_code);
  }

  private transfer({ from_fund_code, from_account, to_fund_code, to_account, amount }: ValuesOf<'transfers'>): void {
    this.fund(from_fund_code).add(from_account, -Number(amount));
    this.fund(to_fund_code).add(to_account, Number(amount));
    if (from_fund_code === to_fund_code) return;
    this.onFund(from_fund_code, 'transferred_out', Number(amount));
    this.onFund(to_fund_code, 'transferred_in', Number(amount));
  }

  private totals(): Record<string, Amounts> {
    const sums = new Map([...this.units].map(([code, { values, own }]) => [code, { ...own, units: 1, members: values.members } as Amounts]));
    for (const [code, { values: { members, parent_code } }] of this.units) {
      for (let above = parent_code; above !== undefined; above = this.units.get(above)!.values.parent_code) {
        const sum = sums.get(above)!;
        for (const [name, amount] of Object.entries({ ...this.units.get(code)!.own, units: 1, members })) add(sum, name, amount);
      }
    }
    const shown = [...this.units].filter(([, { values: { level, parent_code } }]) => parent_code === undefined || level === 'province' || level === 'district');
    return Object.fromEntries(shown.map(([code]) => {
      const sum = sums.get(code)!;
      return [code, { ...sum, mobilised: (sum['received_money'] ?? 0) + (sum['received_in_kind'] ?? 0) + (sum['direct_support'] ?? 0) }];
    }));
  }

  private pledges(): Amounts {
    const sum: Amounts = { count: this.promises.size };
    for (const { pledged, received } of this.promises.values()) {
      add(sum, 'pledged', pledged);
      add(sum, 'received', received);
      add(sum, 'outstanding', Math.max(0, pledged - received));
    }
    return sum;
  }

  /** On the fund, and with it on its association. */
  private onFund(code: string, figure: MovementFigures, amount: number): void {
    const fund = this.fund(code);
    fund.count(figure, amount);
    this.unit(fund.association, figure, amount);
  }

  private fund(code: string): FundTally { return this.funds.get(code)!; }
  private program(code: string): FundTally { return this.programs.get(code)!; }
  private unit(code: string, figure: string, amount: number): void { add(this.units.get(code)!.own, figure, amount); }
  private entry(beneficiary: string): void { this.entries.set(beneficiary, (this.entries.get(beneficiary) ?? 0) + 1); }
  private counted(what: string): void { add(this.counts, what, 1); }
}

function add(sums: Amounts, name: string, amount: number): void {
  sums[name] = (sums[name] ?? 0) + amount;
}

function monthAfter(month: string): string {
  const [year, at] = [Number(month.slice(0, 4)), Number(month.slice(5))];
  return at === 12 ? `${year + 1}-01` : `${year}-${String(at + 1).padStart(2, '0')}`;
}

/** The day of a movement, whatever its column is called. */
function dayOf(row: MadeRow): string {
  switch (row.file) {
    case 'pledges': return row.values.pledged_on;
    case 'donations': return row.values.received_on;
    case 'direct_support': return row.values.given_on;
    case 'scholarships': return row.values.awarded_on;
    case 'scholarship_payments':
    case 'disbursements': return row.values.paid_on;
    case 'awards': return row.values.granted_on;
    case 'transfers': return row.values.transferred_on;
    case 'adjustments': return row.values.adjusted_on;
    default: throw new Error(`${row.file} holds no movements`);
  }
}
