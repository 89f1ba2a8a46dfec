import { inputHashOf, followUpSubmission, type Submission } from '@ledger/command-handling';
import type { EventToAppend } from '@ledger/event-store';
import { deciderOf, earlierNeedsOf, followUpOf, referencesOf, routeOf, type EarlierRecord, type LedgerCommand, type LedgerEvent } from '@ledger/fund-ledger';
import { dayInVietnam, invariant, isRefusal, uuidv5 } from '@ledger/kernel';
import type { PersonVault } from '@ledger/privacy';

/** Vouchers whose events are kept for a later adjustment: generated sets adjust recent donations only. */
const VOUCHERS_KEPT = 5_000;
const SCHEMA_VERSION = 1;

interface DecidedStream { state: unknown; events: bigint }

/** An event with its place; `leads`: its follow-up stands in another stream and may be written only after it. */
export interface DecidedEvent { readonly stream: string; readonly revision: bigint; readonly event: EventToAppend; readonly leads: boolean }

/** Decides commands on states in memory, as the import's own path would, for a set that is known to be accepted. */
export class DecidedStreams {
  private readonly streams = new Map<string, DecidedStream>();
  private readonly vouchers = new Map<string, LedgerEvent>();

  constructor(private readonly vault: PersonVault) {}

  /** `command` has its secrets sealed in; the submission still has them in clear, for its input hash. Throws where it is refused. */
  decide(submission: Submission & { readonly eventId?: string }, command: LedgerCommand, now: Date): DecidedEvent[] {
    const { stream } = routeOf(command);
    const decider = deciderOf(stream);
    const known = this.streams.get(stream) ?? { state: decider.initialState(), events: 0n };
    this.streams.set(stream, known);
    const outcome = decider.decide(command, known.state, { today: dayInVietnam(now), earlier: this.earlier(stream, known.state, command) });
    invariant(!isRefusal(outcome), `a generated row is accepted: ${command.type} ${isRefusal(outcome) ? JSON.stringify(outcome) : ''}`);
    const inputHash = inputHashOf(this.vault, submission);
    const decided: DecidedEvent[] = [];
    for (const [index, event] of outcome.entries()) {
      known.state = decider.evolve(known.state, event);
      this.keep(stream, known.events, event);
      const stored = this.stored(submission, inputHash, event, index, now);
      const followUp = followUpOf(event);
      decided.push({ stream, revision: known.events, event: stored, leads: followUp !== undefined });
      known.events += 1n;
      if (!followUp) continue;
      const trail = { actorId: submission.actorId, correlationId: stored.metadata.correlationId, ...(submission.source && { source: submission.source }) };
      const follows = followUpSubmission(followUp, stored.id, trail);
      decided.push(...this.decide(follows, follows.command, now));
    }
    return decided;
  }

  private stored({ commandId, actorId, correlationId, causationId, source, eventId }: Submission & { readonly eventId?: string }, inputHash: string, event: LedgerEvent, index: number, now: Date): EventToAppend {
    return {
      id: eventId ?? uuidv5(commandId, index.toString()), type: event.type, data: event.data,
      metadata: {
        commandId, inputHash, correlationId: correlationId ?? commandId, causationId: causationId ?? commandId, actorId,
        recordedAt: now.toISOString(), schemaVersion: SCHEMA_VERSION, ...(source && { source }),
      },
    };
  }

  private earlier(stream: string, state: unknown, command: LedgerCommand): EarlierRecord {
    let provided: EarlierRecord = {};
    for (const { stream: referred, provides } of referencesOf(command)) if (provides) provided = { ...provided, ...provides(this.streams.get(referred)?.state) };
    const { voucher } = earlierNeedsOf(command, state);
    if (!voucher || !('revision' in voucher)) return provided;
    const event = this.vouchers.get(`${stream}@${voucher.revision}`);
    invariant(event, 'an adjusted voucher is a recent one');
    return { ...provided, voucher: { revision: voucher.revision, event } } as EarlierRecord;
  }

  private keep(stream: string, revision: bigint, event: LedgerEvent): void {
    if (event.type !== 'DonationReceived') return;
    this.vouchers.set(`${stream}@${revision}`, event);
    if (this.vouchers.size <= VOUCHERS_KEPT) return;
    for (const oldest of this.vouchers.keys()) {
      this.vouchers.delete(oldest);
      return;
    }
  }
}
