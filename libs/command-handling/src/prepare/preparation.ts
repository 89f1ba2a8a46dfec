import { isRefusal } from '@ledger/kernel';
import { StoreUnavailable, type EventStore } from '@ledger/event-store';
import type { LedgerCommand } from '@ledger/fund-ledger';
import type { BookedPlace, ClaimVerdict, CommandKeys } from '../claims/command-keys.js';
import type { RegisterOfLog } from '../claims/register-of-log.js';
import { RETRY_AFTER_SECONDS } from '../limits.js';
import type { PendingCommand, Prepared } from '../pending-command.js';
import { PostgresAway } from '../postgres-away.js';
import { creates } from '../stream/creating.js';
import type { Folds } from '../stream/folds.js';
import type { References } from './references.js';
import type { Sealing } from './sealing.js';

export interface PreparationParts {
  readonly store: EventStore;
  readonly folds: Folds;
  readonly keys: CommandKeys;
  readonly references: References;
  readonly sealing: Sealing;
  readonly register: RegisterOfLog;
  readonly deadlineMs: number;
}

/** What can be done for a command while others of its stream are decided: claim, seal, check references. */
export class Preparation {
  constructor(private readonly parts: PreparationParts) {}

  /** Sets `prepared`, or answers the command. Never rejects. */
  async run(pending: PendingCommand): Promise<void> {
    try {
      const [answered, prepared] = await Promise.all([this.claim(pending), this.make(pending)]);
      if (!answered) pending.prepared = prepared;
    } catch (error) {
      if (error instanceof StoreUnavailable) pending.answer({ kind: 'store_unavailable', retryAfterSeconds: RETRY_AFTER_SECONDS });
      else if (error instanceof PostgresAway) pending.answer({ kind: 'claims_unavailable', retryAfterSeconds: RETRY_AFTER_SECONDS });
      else pending.fail(error);
    }
  }

  /** Claims the command's id. True where that ended the command: booked before, or the id belongs to another input. */
  private async claim(pending: PendingCommand): Promise<boolean> {
    const { commandId, command, dryRun } = pending.submission;
    if (dryRun) return false;
    if (!(await this.parts.register.isReady(this.parts.deadlineMs))) {
      pending.answer({ kind: 'busy', retryAfterSeconds: RETRY_AFTER_SECONDS });
      return true;
    }
    const revisionThen = (pending.knownSince = await this.revisionNow(pending.stream, command));
    const verdict = await this.parts.keys.claim({ commandId, inputHash: pending.inputHash, stream: pending.stream, revisionThen });
    if (verdict.kind === 'fresh') return false;
    if (verdict.kind === 'other_input') {
      pending.answer({ kind: 'idempotency_key_reused' });
      return true;
    }
    await this.readBooked(pending, verdict);
    const answer = pending.earlierAnswer();
    if (!answer) return false;
    if (!verdict.booked) this.parts.keys.record(commandId, pending.bookedPlace()!);
    this.parts.references.knowsOf(pending.stream);
    pending.answer(answer);
    return true;
  }

  /** A revision that the command's events will certainly be after. */
  private async revisionNow(stream: string, command: LedgerCommand): Promise<bigint> {
    const cached = this.parts.folds.peek(stream);
    if (cached) return cached.revision;
    return creates(command) ? -1n : (await this.parts.folds.load(stream)).revision;
  }

  /** Looks for the command's own events where the register says they are, else from where its first attempt began. */
  private async readBooked(pending: PendingCommand, claim: Extract<ClaimVerdict, { kind: 'claimed_before' }>): Promise<void> {
    const place: BookedPlace | undefined = claim.booked;
    const events = place
      ? this.parts.store.readStream(claim.stream, place.first, Number(place.last - place.first) + 1)
      : this.parts.store.readStream(claim.stream, claim.revisionThen + 1n);
    for await (const event of events) if (event.metadata.commandId === pending.submission.commandId) pending.noteBooked(event);
  }

  private async make(pending: PendingCommand): Promise<Prepared> {
    const { command, secrets } = pending.submission;
    const [sealed, provided] = await Promise.all([
      secrets ? this.parts.sealing.seal(command, secrets) : command,
      this.parts.references.check(command),
    ]);
    if (isRefusal(sealed)) return { command, provided: {}, refused: sealed };
    if (isRefusal(provided)) return { command: sealed, provided: {}, refused: provided };
    return { command: sealed, provided: provided ?? {} };
  }
}
