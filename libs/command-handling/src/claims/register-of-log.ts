import type { DataSource, QueryRunner } from 'typeorm';
import type { EventStore } from '@ledger/event-store';
import type { LedgerLog } from '../ledger-log.js';
import { onPostgres } from '../postgres-away.js';
import { rebuildCommandKeys } from './rebuild-command-keys.js';

/** Any number, the same in every process: who holds this lock makes the register again. */
const REGISTER_LOCK = 7_305_112_961n;

/**
 * Sees to it that the register of command ids is the one of this log: beside another log's, or an empty Postgres, a
 * command that was booked long ago would look new. Where it is not, it is made again from the log before any claim.
 */
export class RegisterOfLog {
  private known = false;
  private adopting: Promise<boolean> | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly database: DataSource,
    private readonly rowsPerStatement: number,
    private readonly log: LedgerLog,
  ) {}

  /** False where it is still being made after the given time, in milliseconds. Throws StoreUnavailable and PostgresAway. */
  async isReady(timeoutMs: number): Promise<boolean> {
    if (this.known) return true;
    this.adopting ??= this.adopt().finally(() => (this.adopting = undefined));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, timeoutMs, false)));
    try {
      return await Promise.race([this.adopting, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async adopt(): Promise<boolean> {
    const logId = await this.store.logId();
    await onPostgres(async () => {
      if ((await this.registered()) === logId) return;
      const lock = this.database.createQueryRunner();
      try {
        await this.makeAgain(lock, logId);
      } finally {
        await lock.release();
      }
    });
    this.known = true;
    return true;
  }

  private async makeAgain(lock: QueryRunner, logId: string): Promise<void> {
    await lock.query('SELECT pg_advisory_lock($1)', [REGISTER_LOCK.toString()]);
    try {
      const registered = await this.registered();
      if (registered === logId) return;
      if (registered !== undefined) await lock.query('TRUNCATE command.command_keys');
      const commands = await rebuildCommandKeys(this.store, this.database, this.rowsPerStatement);
      await lock.query('INSERT INTO command.register (log_id) VALUES ($1) ON CONFLICT (only_row) DO UPDATE SET log_id = EXCLUDED.log_id', [logId]);
      if (commands > 0) this.log.info({ commands }, 'the register of command ids was made again from the log');
    } finally {
      // Where the connection is lost the server gives the lock back by itself.
      await lock.query('SELECT pg_advisory_unlock($1)', [REGISTER_LOCK.toString()]).catch((error: unknown) => this.log.info({ err: error }, 'register lock gone with its connection'));
    }
  }

  private async registered(): Promise<string | undefined> {
    const [row] = await this.database.query<{ log_id: string }[]>('SELECT log_id FROM command.register');
    return row?.log_id;
  }
}
