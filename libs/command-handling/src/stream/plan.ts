import { canonicalText, dayInVietnam, isRefusal, type EventMetadata } from '@ledger/kernel';
import type { EventToAppend } from '@ledger/event-store';
import { forkOf, deciderOf, earlierNeedsOf, type EarlierRecord } from '@ledger/fund-ledger';
import type { CommandAnswer, StoredEvent } from '../ledger.js';
import type { LedgerLimits } from '../limits.js';
import type { PendingCommand, Prepared } from '../pending-command.js';
import { needKey, type EarlierNeeds } from '../records/needs.js';
import { foldIn, laterInstant, type Fold } from './fold.js';

/** Shape of the stored events; grows with the first upcast. */
const SCHEMA_VERSION = 1;

/** Written out once: its length is asked for before it is appended. */
type WrittenEvent = EventToAppend & { readonly dataText: string };

export type Decision =
  | { readonly kind: 'books'; readonly pending: PendingCommand; readonly events: readonly EventToAppend[]; readonly lastRevision: bigint }
  /** `restsOnFold`: true only where the fold is the stream's present state. */
  | { readonly kind: 'answers'; readonly pending: PendingCommand; readonly answer: CommandAnswer; readonly restsOnFold: boolean }
  | { readonly kind: 'was_booked'; readonly pending: PendingCommand };

/** An answer's events, without the metadata. */
export function storedEvents(events: readonly EventToAppend[]): StoredEvent[] {
  return events.map(({ id, type, data }) => ({ id, type, data }));
}

/** Decides waiting commands one after another on a fold, as far as one append reaches. */
export class Plan {
  readonly decisions: Decision[] = [];
  readonly events: EventToAppend[] = [];
  /** The fold's state with the planned events in it, once a second command needs it. */
  private pendingState: unknown;
  private foldedIn = 0;
  private bytes = 0;

  constructor(
    private readonly stream: string,
    private readonly fold: Fold,
    private readonly limits: LedgerLimits,
    private readonly now: Date,
  ) {}

  /** Decides the next command; false where it has to wait for the next append. */
  add(pending: PendingCommand, prepared: Prepared): boolean {
    if (pending.earlierAnswer()) return this.decided({ kind: 'was_booked', pending });
    if (prepared.refused) return this.decided({ kind: 'answers', pending, answer: { kind: 'refused', refusal: prepared.refused }, restsOnFold: false });
    const { ifMatch, dryRun } = pending.submission;
    const revision = this.fold.revision + BigInt(this.events.length);
    const seen = revision < 0n ? 'no_stream' : revision;
    if (ifMatch !== undefined && ifMatch !== seen) return this.decided({ kind: 'answers', pending, answer: { kind: 'precondition_failed', revision: seen }, restsOnFold: true });
    if (prepared.command.type === 'CloseBooks' && this.decisions.length > 0) return false;

    const state = this.stateNow();
    const earlier = this.earlierRecord(pending, prepared, state);
    if (earlier === 'not_looked_up') return false;
    const outcome = deciderOf(this.stream).decide(prepared.command, state, { today: dayInVietnam(this.now), earlier });
    if (isRefusal(outcome)) return this.decided({ kind: 'answers', pending, answer: { kind: 'refused', refusal: outcome }, restsOnFold: true });

    const events = outcome.map((event, index): WrittenEvent => ({ id: pending.eventId(index), type: event.type, data: event.data, dataText: canonicalText(event.data), metadata: this.metadataOf(pending) }));
    if (dryRun) return this.decided({ kind: 'answers', pending, answer: { kind: 'would_be_accepted', stream: this.stream, revision: seen, events: storedEvents(events) }, restsOnFold: true });
    if (!this.fits(events)) return false;
    this.events.push(...events);
    return this.decided({ kind: 'books', pending, events, lastRevision: revision + BigInt(events.length) });
  }

  /** True where an answer needs the fold to be the present state and no append is going to prove it. */
  get needsProof(): boolean {
    return this.events.length === 0 && this.decisions.some((decision) => decision.kind === 'answers' && decision.restsOnFold);
  }

  /** After the append: folds the planned events into the state that the fold holds. */
  settle(position: bigint): void {
    const { evolve } = deciderOf(this.stream);
    for (const event of this.events) foldIn(this.fold, { ...event, data: event.data as Record<string, unknown>, revision: this.fold.revision + 1n, position }, evolve);
  }

  private decided(decision: Decision): true {
    this.decisions.push(decision);
    return true;
  }

  /** Planned events go into a fork of the state: a conflict must leave the fold as it was. */
  private stateNow(): unknown {
    if (this.events.length === 0) return this.fold.state;
    const decider = deciderOf(this.stream);
    this.pendingState ??= forkOf(this.stream, this.fold.state);
    for (; this.foldedIn < this.events.length; this.foldedIn += 1) this.pendingState = decider.evolve(this.pendingState, this.events[this.foldedIn]!);
    return this.pendingState;
  }

  private earlierRecord(pending: PendingCommand, prepared: Prepared, state: unknown): EarlierRecord | 'not_looked_up' {
    const needs: EarlierNeeds = earlierNeedsOf(prepared.command, state);
    const { voucher, ...others } = needs;
    const firstPlanned = this.fold.revision + 1n;
    const planned = voucher && 'revision' in voucher && voucher.revision >= firstPlanned ? this.events[Number(voucher.revision - firstPlanned)] : undefined;
    const need = needKey(this.fold, planned ? others : needs);
    if (need === '') return { ...prepared.provided, ...(planned && { voucher: { revision: firstPlanned + BigInt(this.events.indexOf(planned)), event: planned } }) };
    if (pending.earlier?.need !== need) return 'not_looked_up';
    return { ...prepared.provided, ...pending.earlier.record, ...(planned && { voucher: { revision: firstPlanned + BigInt(this.events.indexOf(planned)), event: planned } }) };
  }

  private metadataOf(pending: PendingCommand): EventMetadata {
    const { commandId, actorId, correlationId, causationId, source } = pending.submission;
    return {
      commandId,
      inputHash: pending.inputHash,
      correlationId: correlationId ?? commandId,
      causationId: causationId ?? commandId,
      actorId,
      recordedAt: laterInstant(this.fold.recordedAt, this.now.toISOString()),
      schemaVersion: SCHEMA_VERSION,
      ...(source && { source }),
    };
  }

  private fits(events: readonly WrittenEvent[]): boolean {
    const bytes = events.reduce((sum, { dataText }) => sum + Buffer.byteLength(dataText), 0);
    if (this.events.length > 0 && this.bytes + bytes > this.limits.bytesPerAppend) return false;
    this.bytes += bytes;
    return true;
  }
}
