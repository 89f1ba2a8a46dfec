import type { RotatableVault } from '@ledger/privacy';
import type { LedgerLog } from '../ledger-log.js';

type RenewableVault = Pick<RotatableVault, 'rotationIsDue' | 'rotateMasterKey'>;

/**
 * After an erasure the master key is replaced and the old one destroyed, so that what is left of a deleted key in
 * Postgres' files opens nothing. That takes a while where there are many persons, so it goes on beside the courier's
 * work: one rotation at a time, for all who were erased before it began.
 */
export class MasterKeyRenewal {
  private running: Promise<void> | undefined;
  private askedAgain = false;
  private stopped = false;

  constructor(
    private readonly vault: RenewableVault,
    private readonly log: LedgerLog,
    private readonly retryMs: number,
  ) {}

  /** Sees to it where it is due, now or after the rotation under way. */
  ask(): void {
    if (this.running) this.askedAgain = true;
    else if (!this.stopped) this.running = this.run().finally(() => (this.running = undefined));
  }

  /** Waits for the rotation under way: the next courier would only finish it. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    do {
      this.askedAgain = false;
      while (!this.stopped && !(await this.isDone())) await new Promise((resolve) => setTimeout(resolve, this.retryMs));
    } while (this.askedAgain && !this.stopped);
  }

  private async isDone(): Promise<boolean> {
    try {
      if (!(await this.vault.rotationIsDue())) return true;
      const outcome = await this.vault.rotateMasterKey();
      // Somebody else's rotation may have begun before this erasure: whether it covers it is asked again.
      if (outcome.kind === 'already_rotating') return false;
      this.log.info({ rewrapped: outcome.rewrapped }, 'the master key was replaced after an erasure');
      return !(await this.vault.rotationIsDue());
    } catch (error) {
      this.log.warn({ err: error }, 'the master key could not be replaced yet');
      return false;
    }
  }
}
