import { LRUCache } from 'lru-cache';
import type { QueryConfig } from 'pg';

/** Each costs a connection some ten kilobytes; eight live builds and as many beside them have some sixty. */
const MOST_NAMES = 128;

/**
 * Names under which connections prepare the statements that come again and again, one for each text: what arrives by
 * single events costs Postgres more to parse and plan than to do. What comes once, and what has no parameters, has none.
 */
export class StatementNames {
  private readonly known = new LRUCache<string, { readonly name: string; isRepeated: boolean }>({ max: MOST_NAMES });
  private count = 0;

  configOf(text: string, values: readonly unknown[]): QueryConfig {
    const statement = { text, values: values as unknown[] };
    if (values.length === 0) return statement;
    const known = this.known.get(text);
    if (known?.isRepeated === true) return { ...statement, name: known.name };
    if (known) known.isRepeated = true;
    else this.known.set(text, { name: `soquy_${(this.count += 1)}`, isRepeated: false });
    return statement;
  }
}
