import { canonicalJson, refusal, type Refusal } from '@ledger/kernel';
import type { LedgerCommand } from '@ledger/fund-ledger';
import { PersonKeyMissing, type PersonVault } from '@ledger/privacy';
import { MicroBatcher } from '../micro-batcher.js';
import { soonOnPostgres } from '../postgres-away.js';
import type { Secrets } from '../ledger.js';

/** Seals personal text into the command, under the key of the person it names. */
export class Sealing {
  /** Answers per person whether the key may be used; false for somebody who was erased. */
  private readonly keys: MicroBatcher<string, boolean>;

  constructor(
    private readonly vault: PersonVault,
    rowsPerStatement: number,
    private readonly silenceMs: number,
  ) {
    this.keys = new MicroBatcher(async (personIds) => {
      const { erased } = await soonOnPostgres(this.silenceMs, () => this.vault.ensureKeys([...new Set(personIds)]));
      return personIds.map((personId) => !erased.has(personId));
    }, rowsPerStatement);
  }

  /** The command with its secrets sealed in. Throws PostgresAway. */
  async seal(command: LedgerCommand, secrets: Secrets): Promise<LedgerCommand | Refusal> {
    const { personId } = secrets;
    const erased = refusal('person_erased', { personId });
    if (!(await this.keys.add(personId))) return erased;
    try {
      return await soonOnPostgres(this.silenceMs, () => this.sealed(command, secrets));
    } catch (error) {
      // Erased between the two.
      if (error instanceof PersonKeyMissing) return erased;
      throw error;
    }
  }

  private async sealed(command: LedgerCommand, { personId, profile, description, reason }: Secrets): Promise<LedgerCommand> {
    const text = async (plain: string) => ({ personId, sealed: await this.vault.seal(personId, 'text', plain) });
    return {
      ...command,
      ...(profile && { sealed: await this.vault.seal(personId, 'profile', canonicalJson(profile)) }),
      ...(description !== undefined && { description: await text(description) }),
      ...(reason !== undefined && { reason: await text(reason) }),
    } as LedgerCommand;
  }
}
