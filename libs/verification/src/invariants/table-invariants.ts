import { DISBURSEMENT_PURPOSES } from '@ledger/fund-ledger';
import type { Differences } from '../differences.js';
import type { Directory } from '../log/directory.js';
import { ACCOUNT_MEASURES, ASSOCIATION_MEASURES, FUND_MEASURES, type TableName } from '../tables.js';

type Sums = Map<string, bigint>;

const SPENT = ['spent_on_scholarships', 'spent_on_awards', ...DISBURSEMENT_PURPOSES.map((purpose) => `spent_on_${purpose}`)];
const INTO_FUND = ['opening', 'received_money', 'received_in_kind', 'transferred_in', 'interest'];
const OUT_OF_FUND = [...SPENT, 'transferred_out', 'fees'];
const NOT_ROLLED_UP = new Set(['eliminated_in', 'eliminated_out']);
const WATCHED: readonly TableName[] = ['fundDay', 'fundTotal', 'associationDay', 'accountDay'];

/** What the rows have to hold to among themselves, whatever the log says. */
export class TableInvariants {
  /** Per fund: the sum of its days, and its row of totals. */
  private readonly ofDays = new Map<string, Sums>();
  private readonly ofFunds = new Map<string, Sums>();
  private readonly ofAssociations = { false: new Map<string, Sums>(), true: new Map<string, Sums>() };
  private openDay: { readonly fundId: string; readonly day: string; readonly changed: Sums } | undefined;

  constructor(private readonly directory: Directory, private readonly differences: Differences) {}

  isWatched(table: TableName): boolean {
    return WATCHED.includes(table);
  }

  found(table: TableName, cells: readonly string[]): void {
    if (table === 'fundDay') this.fundDay(cells);
    else if (table === 'fundTotal') this.ofFunds.set(cells[0] ?? '', sumsOf(FUND_MEASURES, cells.slice(1)));
    else if (table === 'associationDay') addAll(sumsIn(this.ofAssociations[cells[1] === 'true' ? 'true' : 'false'], cells[0] ?? ''), ASSOCIATION_MEASURES, cells.slice(4));
    else if (table === 'accountDay') this.accountDay(cells);
  }

  /** Days come in order, fund by fund; a day's rows, one for each stretch of the log that told of it, one after another. */
  private fundDay([fundId = '', day = '', , ...values]: readonly string[]): void {
    if (this.openDay?.fundId !== fundId || this.openDay.day !== day) {
      this.closeDay();
      this.openDay = { fundId, day, changed: new Map() };
    }
    addAll(this.openDay.changed, FUND_MEASURES, values);
  }

  private closeDay(): void {
    if (!this.openDay) return;
    const { fundId, day, changed } = this.openDay;
    const moved = total(changed, ['cash', 'bank', 'goods']);
    const flowed = total(changed, INTO_FUND) - total(changed, OUT_OF_FUND);
    const sentence = (text: string): string => `${this.named(fundId)} on ${day}: ${text}`;
    if (moved !== flowed) this.broken('fund-balances', sentence(`its accounts changed by ${moved}, and what came in less what went out is ${flowed}`));
    const stands = sumsIn(this.ofDays, fundId);
    for (const [measure, amount] of changed) stands.set(measure, of(stands, measure) + amount);
    for (const account of ['cash', 'bank', 'goods']) if (of(stands, account) < 0n) this.broken('fund-balances', sentence(`${account} stands at ${of(stands, account)}`));
    if (of(stands, 'bank') < of(stands, 'endowment_principal')) this.broken('fund-balances', sentence(`bank stands at ${of(stands, 'bank')}, below the principal of ${of(stands, 'endowment_principal')}`));
    if (of(stands, 'committed') < 0n) this.broken('fund-balances', sentence(`committed stands at ${of(stands, 'committed')}`));
  }

  private accountDay([fundId = '', day = '', ...values]: readonly string[]): void {
    let off = 0n;
    for (const [place, value] of values.entries()) if (value !== '0') off += ACCOUNT_MEASURES[place]?.startsWith('debit') ? amountIn(value) : -amountIn(value);
    if (off !== 0n) this.broken('journal', `${this.named(fundId)} on ${day}: debits exceed credits by ${off}`);
  }

  /** After the last row. `inTransit` and `committed` are what the log says of each fund. */
  finish(inTransit: ReadonlyMap<string, bigint>, committed: ReadonlyMap<string, bigint>): void {
    this.closeDay();
    const all: Sums = new Map();
    for (const [fundId, totals] of this.ofFunds) {
      const days = this.ofDays.get(fundId) ?? new Map<string, bigint>();
      for (const measure of FUND_MEASURES) {
        if (of(totals, measure) !== of(days, measure)) this.broken('fund-balances', `${this.named(fundId)}: ${measure} is ${of(totals, measure)} in all, and ${of(days, measure)} over its days`);
        all.set(measure, of(all, measure) + of(totals, measure));
      }
      const open = inTransit.get(fundId) ?? 0n;
      if (of(totals, 'in_transit') !== open) this.broken('fund-balances', `${this.named(fundId)}: in transit is ${of(totals, 'in_transit')}, and of what it sent ${open} has not arrived`);
      const owed = committed.get(fundId) ?? 0n;
      if (of(totals, 'committed') !== owed) this.broken('fund-balances', `${this.named(fundId)}: committed is ${of(totals, 'committed')}, and of its awards ${owed} is neither paid nor released`);
    }
    const [out, arrived] = [of(all, 'transferred_out'), of(all, 'transferred_in') + of(all, 'in_transit')];
    if (out !== arrived) this.broken('fund-balances', `transfers: ${out} went out of all funds, ${arrived} came in or is in transit`);
    this.rollUps();
  }

  /** Own totals, added up from below, are the totals with descendants; what cancels out within a total is not rolled up. */
  private rollUps(): void {
    const rolled = new Map<string, Sums>();
    for (const [associationId, own] of this.ofAssociations.false) {
      for (const above of this.pathOf(associationId)) for (const [measure, amount] of own) sumsIn(rolled, above).set(measure, of(sumsIn(rolled, above), measure) + amount);
    }
    for (const associationId of new Set([...rolled.keys(), ...this.ofAssociations.true.keys()])) {
      const [expected, found] = [sumsIn(rolled, associationId), sumsIn(this.ofAssociations.true, associationId)];
      for (const measure of ASSOCIATION_MEASURES) {
        if (NOT_ROLLED_UP.has(measure) || of(expected, measure) === of(found, measure)) continue;
        this.broken('association-totals', `${this.named(associationId)}: ${measure} with descendants is ${of(found, measure)}, and ${of(expected, measure)} added up from below`);
      }
    }
  }

  /** Rows of an association that the log does not know are named as such elsewhere. */
  private pathOf(associationId: string): readonly string[] {
    return this.directory.codes.has(associationId) ? this.directory.pathOf(associationId) : [associationId];
  }

  private named(id: string): string {
    return `${this.directory.codes.get(id) ?? '?'} (${id})`;
  }

  private broken(projection: string, sentence: string): void {
    this.differences.add({ kind: 'invariant', projection, sentence });
  }
}

function sumsOf(measures: readonly string[], values: readonly string[]): Sums {
  return new Map(measures.map((measure, place) => [measure, amountIn(values[place])]));
}

function addAll(sums: Sums, measures: readonly string[], values: readonly string[]): void {
  for (let place = 0; place < measures.length; place += 1) {
    const value = values[place];
    const measure = measures[place];
    if (value === undefined || value === '0' || measure === undefined) continue;
    sums.set(measure, (sums.get(measure) ?? 0n) + amountIn(value));
  }
}

function sumsIn(all: Map<string, Sums>, key: string): Sums {
  const known = all.get(key);
  if (known) return known;
  const sums: Sums = new Map();
  all.set(key, sums);
  return sums;
}

/** What is no whole amount is named where the row is compared. */
function amountIn(text: string | undefined): bigint {
  return text !== undefined && /^-?[0-9]+$/.test(text) ? BigInt(text) : 0n;
}

function of(sums: Sums, measure: string): bigint {
  return sums.get(measure) ?? 0n;
}

function total(sums: Sums, measures: readonly string[]): bigint {
  return measures.reduce((sum, measure) => sum + of(sums, measure), 0n);
}
