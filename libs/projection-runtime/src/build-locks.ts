import type pg from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { ASKED_CHANNEL } from './registry-schema.js';

/** First half of every advisory lock on a build; the second is a hash of its name and number. */
const LOCK_CLASS = 1_397_706_065;

interface LockSession { readonly runner: QueryRunner; readonly client: pg.PoolClient }

/**
 * One writer per build: session locks on a connection of their own. A killed process's connection closes, which frees
 * its locks at once; a silent peer is noticed by TCP keepalive within seconds. The same connection hears when somebody asks for a build.
 */
export class BuildLocks {
  private session: LockSession | undefined;
  private readonly held = new Set<string>();

  constructor(private readonly database: DataSource, private readonly onAsked: () => void) {}

  isHeld(name: string, build: number): boolean {
    return this.held.has(`${name}/${build}`);
  }

  /** Whether the lock is ours now. Throws where Postgres is away: then none is ours any more. */
  async take(name: string, build: number): Promise<boolean> {
    const key = `${name}/${build}`;
    if (this.held.has(key)) return true;
    const rows = await this.ask<{ taken: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS taken', [LOCK_CLASS, key]);
    if (rows[0]?.taken === true) this.held.add(key);
    return this.held.has(key);
  }

  async free(name: string, build: number): Promise<void> {
    const key = `${name}/${build}`;
    if (!this.held.delete(key)) return;
    await this.ask('SELECT pg_advisory_unlock($1, hashtext($2))', [LOCK_CLASS, key]);
  }

  /** Throws where the session, and with it every lock, is lost. */
  async check(): Promise<void> {
    if (this.held.size === 0) return;
    if (this.session?.runner.isReleased !== false) {
      await this.close();
      throw new Error('the connection that held the locks is gone', { cause: Object.assign(new Error('Connection terminated'), { code: '08006' }) });
    }
    await this.ask('SELECT 1', []);
  }

  async close(): Promise<void> {
    this.held.clear();
    const session = this.session;
    this.session = undefined;
    if (!session || session.runner.isReleased) return;
    // A session that cannot be asked is broken, and a broken one has no locks and hears nothing: only the pool must not keep it.
    await session.runner.query('SELECT pg_advisory_unlock_all()').catch((error: unknown) => error);
    await session.runner.query(`UNLISTEN ${ASKED_CHANNEL}`).catch((error: unknown) => error);
    session.client.removeListener('notification', this.onAsked);
    await session.runner.release();
  }

  private async ask<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    try {
      const { runner } = this.session?.runner.isReleased === false ? this.session : await this.openSession();
      return (await runner.query(sql, parameters)) as Row[];
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** It is ours to give back from the moment there is a connection, also where the first words on it fail. */
  private async openSession(): Promise<LockSession> {
    this.held.clear();
    const runner = this.database.createQueryRunner();
    const client = (await runner.connect()) as pg.PoolClient;
    this.session = { runner, client };
    client.on('notification', this.onAsked);
    await runner.query(`LISTEN ${ASKED_CHANNEL}`);
    await runner.query('SET tcp_keepalives_idle = 3');
    await runner.query('SET tcp_keepalives_interval = 1');
    await runner.query('SET tcp_keepalives_count = 3');
    return this.session;
  }
}
