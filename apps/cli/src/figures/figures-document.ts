import type { SqlRunner, Reflected } from '@ledger/projection-runtime';
import { associationTotals, movementSpan, type AssociationFigures } from '@projections/association-totals';
import { beneficiaryCounts, beneficiaryHistory, HISTORY_PAGE_LIMIT, mostSupported, type HistoryEntry } from '@projections/beneficiary-histories';
import { CAMPAIGN_LIST_LIMIT, campaignTotals } from '@projections/campaign-totals';
import { closingByMonth, FUND_PAGE_LIMIT, fundBalances, type FundBalance } from '@projections/fund-balances';
import { pledgeTotals } from '@projections/pledges';
import { listOf, REGISTRY_PAGE_LIMIT, type Association, type Campaign } from '@projections/registry';

type Amounts = Readonly<Record<string, bigint>>;

/** The figures of one tree; amounts in đồng. */
export interface FiguresDocument {
  readonly root: string;
  readonly counts: Amounts;
  /** By fund code. */
  readonly funds: Readonly<Record<string, Amounts>>;
  /** By fund code and month (YYYY-MM), from the first movement's month to the last one's, carried where nothing moved. */
  readonly fund_closing_by_month: Readonly<Record<string, Amounts>>;
  /** By code: the root, and every province and district below it. */
  readonly association_totals_with_descendants: Readonly<Record<string, Amounts>>;
  /** By code. */
  readonly campaigns: Readonly<Record<string, Amounts>>;
  readonly pledges: Amounts;
  readonly beneficiaries: {
    readonly registered: bigint;
    readonly supported: bigint;
    /** Of the five with the most entries, in posting order: day, kind, amount, reference. */
    readonly histories: Readonly<Record<string, readonly (readonly [string, string, bigint, string])[]>>;
  };
}

/** `positions` tells how much of the log each part reflects. */
export interface ReadFigures {
  readonly document: FiguresDocument;
  readonly positions: readonly (bigint | undefined)[];
}

const FUND_FIGURES = [
  'opening', 'cash', 'bank', 'goods', 'closing', 'endowment_principal', 'committed', 'available', 'received_money', 'received_in_kind', 'pledged',
  'awarded', 'spent', 'transferred_in', 'transferred_out',
] as const;
const TOTALS = [
  'units', 'members', 'pledged', 'received_money', 'received_in_kind', 'direct_support', 'mobilised', 'spent', 'spent_on_scholarships', 'spent_on_awards',
  'transferred_in', 'transferred_out', 'donations', 'disbursements', 'scholarships_awarded', 'awards_to_groups', 'awards_to_individuals', 'certificates_of_merit',
] as const;
const CAMPAIGN_FIGURES = ['pledged', 'received_money', 'received_in_kind', 'donations'] as const;
/** Nothing is dated later: as of this day everything counts. */
const LAST_DAY = '9999-12-31';
const LEVELS_SHOWN = ['province', 'district'];
const MOST_SUPPORTED = 5;

/** Reads every figure of the tree with that root code; undefined where there is no such tree. `database` should show one snapshot. */
export async function readFigures(database: SqlRunner, rootCode: string): Promise<ReadFigures | undefined> {
  const positions: (bigint | undefined)[] = [];
  const noted = <Value>({ value, position }: Reflected<Value>): Value => {
    positions.push(position);
    return value;
  };
  const [root] = noted(await listOf(database, 'association', { rootCode, code: rootCode }, 1));
  if (!root) return undefined;
  const shown = await shownAssociations(database, root, noted);
  const totals = noted(await associationTotals(database, shown.map(({ associationId }) => associationId), { withDescendants: true }));
  const figuresById = new Map(totals.map(({ associationId, figures }) => [associationId, figures]));
  const funds = await everyPage(FUND_PAGE_LIMIT, async (after?: FundBalance) =>
    noted(await fundBalances(database, { associationId: root.associationId, withDescendants: true }, FUND_PAGE_LIMIT, after)));
  const whole = figuresById.get(root.associationId);
  const document: FiguresDocument = {
    root: root.code,
    counts: countsOf(whole, funds),
    funds: Object.fromEntries(funds.map(({ code, figures }) => [code, picked(figures, FUND_FIGURES)])),
    fund_closing_by_month: await closings(database, root.associationId, noted),
    association_totals_with_descendants: Object.fromEntries(shown.map(({ code, associationId }) => [code, picked(figuresById.get(associationId), TOTALS)])),
    campaigns: await campaigns(database, rootCode, noted),
    pledges: await pledges(database, root.associationId, noted),
    beneficiaries: await beneficiaries(database, rootCode, noted),
  };
  return { document, positions };
}

type Noted = <Value>(reflected: Reflected<Value>) => Value;

async function shownAssociations(database: SqlRunner, root: Association, noted: Noted): Promise<Association[]> {
  const shown: Association[] = LEVELS_SHOWN.includes(root.level) ? [] : [root];
  for (const level of LEVELS_SHOWN) {
    shown.push(...await everyPage(REGISTRY_PAGE_LIMIT, async (after?: Association) =>
      noted(await listOf(database, 'association', { rootCode: root.rootCode, level }, REGISTRY_PAGE_LIMIT, after && { ...after, id: after.associationId }))));
  }
  return shown;
}

function countsOf(totals: AssociationFigures | undefined, funds: readonly FundBalance[]): Amounts {
  return {
    associations: BigInt(totals?.units ?? 0), funds: BigInt(funds.length), donations: BigInt(totals?.donations ?? 0),
    scholarships: BigInt(totals?.scholarships_awarded ?? 0), instalments: BigInt(totals?.instalments ?? 0), movements: BigInt(totals?.movements ?? 0),
  };
}

async function closings(database: SqlRunner, rootId: string, noted: Noted): Promise<Record<string, Record<string, bigint>>> {
  const span = noted(await movementSpan(database, rootId));
  if (!span) return {};
  const byFund: Record<string, Record<string, bigint>> = {};
  for (const { code, month, closing } of noted(await closingByMonth(database, rootId, { from: span.from.slice(0, 7), to: span.to.slice(0, 7) }))) {
    (byFund[code] ??= {})[month] = BigInt(closing);
  }
  return byFund;
}

async function campaigns(database: SqlRunner, rootCode: string, noted: Noted): Promise<Record<string, Amounts>> {
  const launched = await everyPage(REGISTRY_PAGE_LIMIT, async (after?: Campaign) =>
    noted(await listOf(database, 'campaign', { rootCode }, REGISTRY_PAGE_LIMIT, after && { ...after, id: after.campaignId })));
  const byCode: Record<string, Amounts> = {};
  for (let start = 0; start < launched.length; start += CAMPAIGN_LIST_LIMIT) {
    const ids = launched.slice(start, start + CAMPAIGN_LIST_LIMIT).map(({ campaignId }) => campaignId);
    for (const { code, figures } of noted(await campaignTotals(database, ids, {}))) byCode[code] = picked(figures, CAMPAIGN_FIGURES);
  }
  return byCode;
}

/** Of all funds below the root. */
async function pledges(database: SqlRunner, rootId: string, noted: Noted): Promise<Amounts> {
  const { count, pledged, received, outstanding } = noted(await pledgeTotals(database, { underId: rootId }, { asOf: LAST_DAY }));
  return picked({ count, pledged, received, outstanding }, ['count', 'pledged', 'received', 'outstanding']);
}

async function beneficiaries(database: SqlRunner, rootCode: string, noted: Noted): Promise<FiguresDocument['beneficiaries']> {
  const { registered, supported } = noted(await beneficiaryCounts(database, rootCode));
  const histories: Record<string, [string, string, bigint, string][]> = {};
  for (const { beneficiaryId, code, figures } of noted(await mostSupported(database, rootCode, MOST_SUPPORTED))) {
    if (figures.entries === 0) continue;
    const entries = await everyPage(HISTORY_PAGE_LIMIT, async (after?: HistoryEntry) =>
      noted(await beneficiaryHistory(database, beneficiaryId, {}, HISTORY_PAGE_LIMIT, after?.key)));
    histories[code] = entries.map(({ day, kind, amount, reference }) => [day, kind, BigInt(amount), reference]);
  }
  return { registered: BigInt(registered), supported: BigInt(supported), histories };
}

async function everyPage<Item>(limit: number, page: (after?: Item) => Promise<Item[]>): Promise<Item[]> {
  const items: Item[] = [];
  for (;;) {
    const next = await page(items.at(-1));
    items.push(...next);
    if (next.length < limit) return items;
  }
}

/** Figures that are 0 are left out. */
function picked(figures: Readonly<Record<string, string | number>> | undefined, names: readonly string[]): Record<string, bigint> {
  const amounts = names.map((name): [string, bigint] => [name, BigInt(figures?.[name] ?? 0)]);
  return Object.fromEntries(amounts.filter(([, amount]) => amount !== 0n));
}
