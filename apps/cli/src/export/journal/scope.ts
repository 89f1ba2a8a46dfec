import pg from 'pg';
import { isUuid } from '@ledger/kernel';

/** What of the ledger is exported: everything, one fund, or the funds of an association and of all units below it. */
export type ScopeAsked = { readonly kind: 'all' } | { readonly kind: 'fund' | 'association'; readonly text: string };

export type ScopeFound =
  | { readonly kind: 'found'; readonly scope: Scope }
  | { readonly kind: 'not_found' }
  /** Codes may hold colons: `a:b:c` may be two things. */
  | { readonly kind: 'ambiguous'; readonly ids: readonly string[] };

export interface Scope {
  /** A condition on a column `fund_id`; it holds no text of anybody's. */
  readonly condition: string;
  /** For people. */
  readonly title: string;
}

/** Finds by id, or by `tree:code`. */
export async function scopeOf(client: pg.Client, asked: ScopeAsked): Promise<ScopeFound> {
  if (asked.kind === 'all') return { kind: 'found', scope: { condition: 'true', title: 'all' } };
  const id = asked.text.toLowerCase();
  const { rows } = await client.query<{ id: string; title: string }>(
    `SELECT ${asked.kind}_id AS id, root_code || ':' || code AS title FROM read.${asked.kind} WHERE ${isUuid(id) ? `${asked.kind}_id = $1::uuid` : `root_code || ':' || code = ANY($1)`}`,
    [isUuid(id) ? id : [asked.text, asked.text.normalize('NFC')]]);
  const [one, ...others] = rows;
  if (!one) return { kind: 'not_found' };
  if (others.length > 0) return { kind: 'ambiguous', ids: rows.map((row) => row.id) };
  const literal = `${pg.escapeLiteral(one.id)}::uuid`;
  const funds = asked.kind === 'fund' ? `fund_id = ${literal}` : `under @> ARRAY[${literal}]`;
  return { kind: 'found', scope: { condition: `fund_id IN (SELECT fund_id FROM read.journal_fund WHERE ${funds})`, title: `${asked.kind} ${one.title}` } };
}
