import { DISBURSEMENT_PURPOSES } from '@ledger/fund-ledger';

/**
 * What the read models' tables hold, told a second time on purpose: what is compared must not be read from the code that
 * wrote it. `columns` are all there are, those that the rows are brought in order by (`order`) first.
 */
export interface TableShape {
  readonly projection: string;
  readonly table: string;
  /** `log`: a row for an event, in the log's order by position (and line); `key`: found by its key. */
  readonly order: 'log' | 'key';
  /** How many of the columns are the order. */
  readonly ordered: number;
  readonly columns: readonly string[];
  /** The first column after those of the order that holds a sum: it and all after it are 0 where nothing was added. */
  readonly sumsFrom?: number;
}

const spent = DISBURSEMENT_PURPOSES.map((purpose) => `spent_on_${purpose}`);

export const FUND_MEASURES = [
  'cash', 'bank', 'goods', 'endowment_principal', 'committed', 'in_transit', 'opening', 'received_money', 'received_in_kind', 'pledged', 'pledges_cancelled',
  'awarded', 'released', 'spent_on_scholarships', 'spent_on_awards', ...spent, 'transferred_in', 'transferred_out', 'interest', 'fees',
  'donations', 'scholarships_awarded', 'instalments', 'prizes', 'disbursements', 'recipients',
] as const;
export const ASSOCIATION_MEASURES = [
  'in_transit', 'units', 'members', 'funds', 'pledged', 'pledges_cancelled', 'received_money', 'received_in_kind', 'direct_support', 'direct_support_in_kind',
  'spent_on_scholarships', 'spent_on_awards', ...spent, 'amount_awarded', 'transferred_in', 'transferred_out', 'eliminated_in', 'eliminated_out', 'interest', 'fees',
  'donations', 'disbursements', 'scholarships_awarded', 'instalments', 'awards_to_groups', 'awards_to_individuals', 'certificates_of_merit', 'recipients',
  'direct_support_recipients', 'movements',
] as const;
/** What is debited and credited to each account of the chart, two columns each. */
export const ACCOUNT_MEASURES = [
  '1110', '1120', '1500', '3000', '3100', '3200', '3300', '3810', '3820', '4100', '4200', '4300', '4400', '5100', '5200', '5310', '5320', '5330', '5340', '5350', '5900', '9100', '9190',
].flatMap((account) => [`debit_${account}`, `credit_${account}`]);
const BALANCES = ['cash', 'bank', 'goods', 'endowment_principal', 'committed'];
const CAMPAIGN_MEASURES = ['pledged', 'pledges_cancelled', 'received_money', 'received_in_kind', 'pledges', 'donations'];
const VOUCHER = ['voucher_kind', 'voucher_year', 'voucher_number'];

const keyed = (projection: string, table: string, key: readonly string[], rest: readonly string[]): TableShape => ({ projection, table, order: 'key', ordered: key.length, columns: [...key, ...rest] });
const summed = (projection: string, table: string, key: readonly string[], measures: readonly string[]): TableShape => ({ ...keyed(projection, table, key, measures), sumsFrom: key.length });
const logged = (projection: string, table: string, columns: readonly string[], ordered = 1): TableShape => ({ projection, table, order: 'log', ordered, columns });
const known = (projection: string): TableShape => logged(projection, 'recorded_high', ['position', 'recorded_at']);
const sets = (projection: string): TableShape => keyed(projection, 'imported_set', ['anchor'], ['set_id']);
const unit = (projection: string): TableShape => keyed(projection, 'unit', ['unit_id'], ['path']);

export const TABLES = {
  balanceKnown: known('fund-balances'),
  balanceUnit: unit('fund-balances'),
  balanceFund: keyed('fund-balances', 'fund', ['fund_id'], ['association_id', 'under', 'code', 'position']),
  balancePledge: keyed('fund-balances', 'pledge', ['pledge_id'], ['fund_id', 'amount']),
  fundDay: summed('fund-balances', 'fund_day', ['fund_id', 'day', 'block'], FUND_MEASURES),
  fundChange: logged('fund-balances', 'change', ['position', 'line', 'fund_id', 'day', ...FUND_MEASURES], 2),
  fundTotal: summed('fund-balances', 'fund_total', ['fund_id'], FUND_MEASURES),
  totalsKnown: known('association-totals'),
  totalsUnit: unit('association-totals'),
  totalsHome: keyed('association-totals', 'fund_home', ['fund_id'], ['association_id']),
  totalsPledge: keyed('association-totals', 'pledge', ['pledge_id'], ['fund_id', 'amount']),
  memberCount: logged('association-totals', 'member_count', ['position', 'association_id', 'day', 'members']),
  associationDay: summed('association-totals', 'association_day', ['association_id', 'with_descendants', 'day', 'block'], ASSOCIATION_MEASURES),
  associationChange: logged('association-totals', 'change', ['position', 'line', 'association_id', 'day', 'other_association_id', ...ASSOCIATION_MEASURES], 2),
  historyKnown: known('beneficiary-histories'),
  historySets: sets('beneficiary-histories'),
  historyBeneficiary: keyed('beneficiary-histories', 'beneficiary', ['beneficiary_id'], ['root_code', 'code', 'kind', 'association_id', 'position']),
  historyEntry: logged('beneficiary-histories', 'entry', [
    'position', 'beneficiary_id', 'day', 'anchor', 'seq', 'kind', 'amount', 'reference', 'fund_id', 'association_id', 'scholarship_id', 'instalment', 'award_id', 'title',
    'award_kind', 'purpose', 'account', ...VOUCHER, 'event_id', 'recorded_at']),
  association: keyed('registry', 'association', ['association_id'], ['root_code', 'code', 'root_id', 'parent_id', 'name', 'level', 'members', 'established_on', 'under', 'named_on', 'counted_on']),
  fund: keyed('registry', 'fund', ['fund_id'], ['root_code', 'code', 'association_id', 'name', 'restriction', 'purpose', 'opened_on', 'under', 'named_on']),
  campaign: keyed('registry', 'campaign', ['campaign_id'], ['root_code', 'code', 'association_id', 'name', 'starts_on', 'ends_on', 'target']),
  program: keyed('registry', 'scholarship_program', ['program_id'], ['root_code', 'code', 'fund_id', 'name', 'partner']),
  pledge: keyed('registry', 'pledge', ['pledge_id'], ['root_code', 'code', 'donor_id', 'fund_id', 'campaign_id', 'amount', 'pledged_on', 'due_on', 'cancelled_on']),
  donor: keyed('registry', 'donor', ['donor_id'], ['root_code', 'code', 'kind', 'name', 'sealed', 'name_hashes', 'erased']),
  beneficiary: keyed('registry', 'beneficiary', ['beneficiary_id'], ['root_code', 'code', 'kind', 'name', 'sealed', 'name_hashes', 'association_id', 'school', 'erased']),
  statementSets: sets('fund-statement'),
  statementKnown: known('fund-statement'),
  statementSum: summed('fund-statement', 'movement_sum', ['fund_id', 'day', 'block_anchor', 'block_seq'], BALANCES),
  statementMonth: summed('fund-statement', 'movement_month', ['fund_id', 'month'], BALANCES),
  movement: logged('fund-statement', 'movement', [
    'position', 'fund_id', 'day', 'anchor', 'seq', ...BALANCES, 'event_type', 'event_id', 'revision', 'actor_id', 'recorded_at', ...VOUCHER, 'external_reference', 'document_date',
    'donor_id', 'beneficiary_id', 'other_fund_id', 'campaign_id', 'pledge_id', 'scholarship_id', 'instalment', 'transfer_id', 'sent_on', 'purpose',
    'adjusts_fund_id', 'adjusts_kind', 'adjusts_year', 'adjusts_number', 'adjusts_revision', 'description', 'reason',
    'description_of', 'description_sealed', 'reason_of', 'reason_sealed']),
  campaignKnown: known('campaign-totals'),
  campaignHome: keyed('campaign-totals', 'campaign', ['campaign_id'], ['association_id', 'code']),
  campaignPledge: keyed('campaign-totals', 'pledge', ['pledge_id'], ['campaign_id', 'amount']),
  campaignDay: summed('campaign-totals', 'campaign_day', ['campaign_id', 'day'], CAMPAIGN_MEASURES),
  campaignChange: logged('campaign-totals', 'change', ['position', 'campaign_id', 'day', ...CAMPAIGN_MEASURES]),
  promiseKnown: known('pledges'),
  promiseUnit: unit('pledges'),
  promiseHome: keyed('pledges', 'fund_home', ['fund_id'], ['association_id', 'root_code']),
  promise: keyed('pledges', 'pledge', ['pledge_id'], ['root_code', 'code', 'donor_id', 'fund_id', 'association_id', 'campaign_id', 'under', 'amount', 'pledged_on', 'due_on', 'position', 'cancelled_on', 'cancelled_position']),
  promiseReceipt: logged('pledges', 'receipt', ['position', 'pledge_id', 'day', 'amount']),
  journalKnown: known('journal'),
  journalUnit: unit('journal'),
  journalFund: keyed('journal', 'fund', ['fund_id'], ['association_id', 'under', 'code', 'restriction']),
  posting: logged('journal', 'posting', ['position', 'line', 'fund_id', 'day', 'debit_account', 'credit_account', 'amount', 'event_type', ...VOUCHER, 'external_reference'], 2),
  accountDay: summed('journal', 'account_day', ['fund_id', 'day'], ACCOUNT_MEASURES),
  // Not in any database: what the log alone must hold to.
  transferOfLog: summed('', 'transfer', ['fund_id', 'transfer_id'], ['sent', 'received']),
  scholarshipOfLog: summed('', 'scholarship', ['fund_id', 'scholarship_id'], ['awarded', 'paid', 'released']),
} as const satisfies Readonly<Record<string, TableShape>>;

export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[];
export const shapeOf = (name: TableName): TableShape => TABLES[name];
/** Read models that tell what was known when keep their sums apart by stretches of the log: so many positions each, numbered from 0. */
export const BLOCK = 1_073_741_824n;
let latest = { from: 0n, to: BLOCK, name: '0' };
/** Positions come in order: nearly always the block is that of the one before. */
export function blockOf(position: bigint): string {
  if (position < latest.from || position >= latest.to) {
    const block = position / BLOCK;
    latest = { from: block * BLOCK, to: (block + 1n) * BLOCK, name: block.toString() };
  }
  return latest.name;
}
/** The read models that can be verified. */
export const PROJECTIONS: readonly string[] = [...new Set(TABLE_NAMES.map((name) => shapeOf(name).projection).filter((name) => name !== ''))];
