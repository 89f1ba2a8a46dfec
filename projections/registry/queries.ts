import { SqlParameters, readReflected } from '@ledger/projection-runtime';
import type { Reflected, SqlRunner } from '@ledger/projection-runtime';
import { REGISTRY } from './registry.projection.js';

/** At most this many rows in a page, and this many ids in one question. */
export const REGISTRY_PAGE_LIMIT = 500;
export const REGISTRY_IDS_LIMIT = 5_000;

export interface Association { readonly associationId: string; readonly rootId: string; readonly rootCode: string; readonly parentId: string | null; readonly code: string; readonly name: string;
  readonly level: string; /** As counted last. */ readonly members: number; readonly establishedOn: string | null }
export interface Fund { readonly fundId: string; readonly rootCode: string; readonly associationId: string; readonly code: string; readonly name: string; readonly restriction: string; readonly purpose: string | null; readonly openedOn: string }
export interface Campaign { readonly campaignId: string; readonly rootCode: string; readonly associationId: string; readonly code: string; readonly name: string; readonly startsOn: string | null; readonly endsOn: string | null; readonly target: string | null }
export interface Program { readonly programId: string; readonly rootCode: string; readonly fundId: string; readonly code: string; readonly name: string; readonly partner: string | null }
export interface Pledge { readonly pledgeId: string; readonly rootCode: string; readonly donorId: string; readonly fundId: string; readonly campaignId: string | null; readonly code: string; readonly amount: string;
  readonly pledgedOn: string; readonly dueOn: string | null; readonly cancelledOn: string | null }
/** `name` is an organisation's or a group's. A person's is in `sealed`: whoever may see it opens it; null once erased. */
export interface Person { readonly personId: string; readonly rootCode: string; readonly code: string; readonly kind: string; readonly name: string | null; readonly sealed: string | null; readonly erased: boolean;
  /** Of beneficiaries. */ readonly associationId: string | null; readonly school: string | null }

interface Listed { readonly association: Association; readonly fund: Fund; readonly campaign: Campaign; readonly scholarship_program: Program; readonly pledge: Pledge; readonly donor: Person; readonly beneficiary: Person }
export type Listable = keyof Listed;

const AS_TEXT = (column: string, as: string): string => `${column}::text AS "${as}"`;
const PERSON = ['root_code AS "rootCode"', 'code', 'kind', 'name', 'sealed', 'erased'];
/** What is read of each, and where from. */
const SOURCES: Readonly<Record<Listable, { readonly view: string; readonly id: string; readonly columns: readonly string[] }>> = {
  association: { view: 'read.association', id: 'association_id', columns: ['association_id AS "associationId"', 'root_id AS "rootId"', 'root_code AS "rootCode"', 'parent_id AS "parentId"', 'code', 'name', 'level', 'members::float8 AS members', AS_TEXT('established_on', 'establishedOn')] },
  fund: { view: 'read.fund', id: 'fund_id', columns: ['fund_id AS "fundId"', 'root_code AS "rootCode"', 'association_id AS "associationId"', 'code', 'name', 'restriction', 'purpose', AS_TEXT('opened_on', 'openedOn')] },
  campaign: { view: 'read.campaign', id: 'campaign_id', columns: ['campaign_id AS "campaignId"', 'root_code AS "rootCode"', 'association_id AS "associationId"', 'code', 'name', AS_TEXT('starts_on', 'startsOn'), AS_TEXT('ends_on', 'endsOn'), AS_TEXT('target', 'target')] },
  scholarship_program: { view: 'read.scholarship_program', id: 'program_id', columns: ['program_id AS "programId"', 'root_code AS "rootCode"', 'fund_id AS "fundId"', 'code', 'name', 'partner'] },
  pledge: { view: 'read.pledge', id: 'pledge_id', columns: ['pledge_id AS "pledgeId"', 'root_code AS "rootCode"', 'donor_id AS "donorId"', 'fund_id AS "fundId"', 'campaign_id AS "campaignId"', 'code', AS_TEXT('amount', 'amount'), AS_TEXT('pledged_on', 'pledgedOn'), AS_TEXT('due_on', 'dueOn'), AS_TEXT('cancelled_on', 'cancelledOn')] },
  donor: { view: 'sealed.donor', id: 'donor_id', columns: ['donor_id AS "personId"', ...PERSON, 'NULL AS "associationId"', 'NULL AS school'] },
  beneficiary: { view: 'sealed.beneficiary', id: 'beneficiary_id', columns: ['beneficiary_id AS "personId"', ...PERSON, 'association_id AS "associationId"', 'school'] },
};

/** Which of them; a filter that the thing does not know is refused by throwing. */
export interface RegistryFilter {
  readonly rootCode?: string;
  readonly code?: string;
  readonly kind?: string;
  readonly level?: string;
  readonly parentId?: string;
  readonly associationId?: string;
  readonly fundId?: string;
  readonly donorId?: string;
  readonly campaignId?: string;
  /** The association itself and everything below it (associations and funds). */
  readonly underId?: string;
  /** Every one of these hashes must be among those of the name (donors and beneficiaries). */
  readonly nameHashes?: readonly string[];
}

const FILTERS: Readonly<Record<keyof RegistryFilter, { readonly of: readonly Listable[]; readonly condition: (value: string) => string }>> = {
  rootCode: { of: ['association', 'fund', 'campaign', 'scholarship_program', 'pledge', 'donor', 'beneficiary'], condition: (value) => `root_code = ${value}` },
  code: { of: ['association', 'fund', 'campaign', 'scholarship_program', 'pledge', 'donor', 'beneficiary'], condition: (value) => `code = ${value}` },
  kind: { of: ['donor', 'beneficiary'], condition: (value) => `kind = ${value}` },
  level: { of: ['association'], condition: (value) => `level = ${value}` },
  parentId: { of: ['association'], condition: (value) => `parent_id = ${value}::uuid` },
  associationId: { of: ['fund', 'campaign', 'beneficiary'], condition: (value) => `association_id = ${value}::uuid` },
  fundId: { of: ['scholarship_program', 'pledge'], condition: (value) => `fund_id = ${value}::uuid` },
  donorId: { of: ['pledge'], condition: (value) => `donor_id = ${value}::uuid` },
  campaignId: { of: ['pledge'], condition: (value) => `campaign_id = ${value}::uuid` },
  underId: { of: ['association', 'fund'], condition: (value) => `under @> ARRAY[${value}::uuid]` },
  nameHashes: { of: ['donor', 'beneficiary'], condition: (value) => `name_hashes @> ${value}::text[]` },
};

/** A thing's place in a list; the id decides between equal codes. */
export interface RegistryKey { readonly rootCode: string; readonly code: string; readonly id: string }

/** A page by tree and code; `after` is the key of the last one of the page before. */
export async function listOf<Thing extends Listable>(database: SqlRunner, thing: Thing, filter: RegistryFilter, limit: number, after?: RegistryKey): Promise<Reflected<Listed[Thing][]>> {
  const values = new SqlParameters();
  const conditions = ['true'];
  for (const [name, value] of Object.entries(filter) as [keyof RegistryFilter, unknown][]) {
    if (value === undefined) continue;
    if (!FILTERS[name].of.includes(thing)) throw new Error(`${thing} has no filter ${name}`);
    conditions.push(FILTERS[name].condition(values.add(value)));
  }
  if (after) conditions.push(`(root_code, code, ${SOURCES[thing].id}) > (${values.add(after.rootCode)}, ${values.add(after.code)}, ${values.add(after.id)}::uuid)`);
  return read(database, thing, conditions, values, Math.min(limit, REGISTRY_PAGE_LIMIT));
}

/** Those of the given ids that exist, by tree and code. */
export async function byIds<Thing extends Listable>(database: SqlRunner, thing: Thing, ids: readonly string[]): Promise<Reflected<Listed[Thing][]>> {
  const values = new SqlParameters();
  return read(database, thing, [`${SOURCES[thing].id} = ANY(${values.add(ids.slice(0, REGISTRY_IDS_LIMIT))}::uuid[])`], values, REGISTRY_IDS_LIMIT);
}

/** SQL of one such thing as JSON, null where there is none, for a question about its id (SQL too) that wants to know it besides. */
export function oneAsJson(thing: Listable, id: string): string {
  const { view, id: key, columns } = SOURCES[thing];
  return `(SELECT to_json(known) FROM (SELECT ${columns.join(', ')} FROM ${view} AS listed WHERE listed.${key} = ${id}) AS known)`;
}

async function read<Thing extends Listable>(database: SqlRunner, thing: Thing, conditions: readonly string[], values: SqlParameters, limit: number): Promise<Reflected<Listed[Thing][]>> {
  const { view, id, columns } = SOURCES[thing];
  return readReflected<Listed[Thing]>(database, REGISTRY, `SELECT ${columns.join(', ')} FROM ${view} AS listed WHERE ${conditions.join(' AND ')} ORDER BY listed.root_code, listed.code, listed.${id} LIMIT ${values.add(limit)}`, values.values);
}
