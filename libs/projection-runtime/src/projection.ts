import type { RecordedEvent } from '@ledger/kernel';

/** One statement runner inside the batch's transaction. */
export interface Transaction {
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Adds rows to `target`, e.g. `s.t (a, b)`; `rows` holds them in COPY's binary format. */
  copy(target: string, rows: Buffer): Promise<void>;
}

/**
 * A read model. Each build lives in a Postgres schema of its own (`schema`), so that another can be built beside it;
 * dashboards and queries read the stable views in schema `read`, which are switched in one transaction.
 */
export interface Projection {
  /** Kebab case, e.g. 'fund-balances'. */
  readonly name: string;
  /** Grows when the tables or their meaning change. */
  readonly version: number;
  readonly handles: readonly string[];
  /**
   * Types of events that take away what must not stay anywhere. Of these `project` is also given some that the build at hand
   * has had or will have again: they must change nothing then, nor where what they are about is not there.
   */
  readonly erases?: readonly string[];
  /** DDL of the tables, and of the keys that writing them needs. */
  tables(schema: string): readonly string[];
  /** DDL of the keys and indexes that only reading needs: a build gets them when it is full. None may keep readers out. */
  indexes?(schema: string): readonly string[];
  /** View name in `read` → the SELECT behind it. Columns only ever grow. No personal data: role `dashboard` reads them. */
  views(schema: string): Readonly<Record<string, string>>;
  /** Views in `read` that came with this version, over the tables of the version before: what asks them is answered until the build of this version is live. */
  newViewsOverFormer?(schema: string): Readonly<Record<string, string>>;
  /** View name in `sealed` → the SELECT behind it: what only the api may read (sealed names, hashes for search). */
  sealedViews?(schema: string): Readonly<Record<string, string>>;
  /**
   * Writes a batch, in log order, set-based. Throws for an event it cannot take: that stops this projection. Keeps no
   * state between batches: a batch may be rolled back and come again in smaller parts.
   */
  project(batch: readonly RecordedEvent[], transaction: Transaction, schema: string): Promise<void>;
}
