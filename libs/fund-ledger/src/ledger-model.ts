import { invariant, isRefusal, type DecisionContext, type Refusal } from '@ledger/kernel';
import type { EarlierRecord, LedgerCommand } from './commands.js';
import { deciderOf, earlierNeedsOf, routeOf } from './deciders.js';
import type { EarlierNeeds } from './fund-book/earlier-needs.js';
import { ALREADY_DONE, followUpOf } from './follow-ups.js';
import type { LedgerEvent } from './ledger-events.js';
import { referencesOf } from './references.js';
import { refuse } from './refuse.js';

interface ModelStream {
  state: unknown;
  /** Events folded before the model began to keep them. */
  readonly before: number;
  /** Undefined in the place of one that is not kept. */
  readonly events: (LedgerEvent | undefined)[];
}

/**
 * A whole ledger in memory, deciding with the same deciders, references and follow-ups as the real one: for checking a
 * set of commands before the first is written, and for proving properties. It keeps the
 * events that it decided, or of them those that `keeps` names: vouchers that will be adjusted.
 */
export class LedgerModel {
  private readonly streams = new Map<string, ModelStream>();

  constructor(
    private readonly context: DecisionContext,
    private readonly keeps: (event: LedgerEvent) => boolean = () => true,
  ) {}

  /** A stream as it is in the real ledger: its folded state and how many events it has. The model may change the state. */
  seed(stream: string, state: unknown, eventCount: number): void {
    this.streams.set(stream, { state, before: eventCount, events: [] });
  }

  has(stream: string): boolean {
    return this.streams.has(stream);
  }

  stateOf(stream: string): unknown {
    return this.streams.get(stream)?.state ?? deciderOf(stream).initialState();
  }

  /** What the model decided in that stream and has kept, oldest first. */
  eventsOf(stream: string): readonly LedgerEvent[] {
    return this.streams.get(stream)?.events.filter((event) => event !== undefined) ?? [];
  }

  streamNames(): readonly string[] {
    return [...this.streams.keys()];
  }

  /** What `apply` cannot know by itself: records of the time before a seeded state. Empty where it can. */
  needsOf(command: LedgerCommand): EarlierNeeds {
    const { stream } = routeOf(command);
    const { voucher, ...needs } = earlierNeedsOf(command, this.stateOf(stream));
    return voucher === undefined || this.kept(stream, voucher) ? needs : { ...needs, voucher };
  }

  /** The events of the command's own stream, or why it is refused; then the follow-ups, which are never refused. */
  apply(command: LedgerCommand, earlier?: EarlierRecord): readonly LedgerEvent[] | Refusal {
    const provided = this.checkReferences(command);
    if (isRefusal(provided)) return provided;
    const { stream } = routeOf(command);
    const decider = deciderOf(stream);
    const state = this.stateOf(stream);
    const { voucher } = earlierNeedsOf(command, state);
    const kept = voucher && this.kept(stream, voucher);
    const outcome = decider.decide(command, state, { ...this.context, earlier: { ...earlier, ...provided, ...(kept && { voucher: kept }) } });
    if (isRefusal(outcome)) return outcome;
    for (const event of outcome) this.append(stream, event);
    for (const event of outcome) this.followUp(event);
    return outcome;
  }

  private append(stream: string, event: LedgerEvent): void {
    const known = this.streams.get(stream);
    const state = deciderOf(stream).evolve(this.stateOf(stream), event);
    if (known) {
      known.state = state;
      known.events.push(this.keeps(event) ? event : undefined);
    } else this.streams.set(stream, { state, before: 0, events: [this.keeps(event) ? event : undefined] });
  }

  private followUp(event: LedgerEvent): void {
    const follows = followUpOf(event);
    if (!follows) return;
    const outcome = this.apply(follows.command);
    invariant(!isRefusal(outcome) || ALREADY_DONE.has(outcome.refused), `${follows.command.type} is never refused`);
  }

  private checkReferences(command: LedgerCommand): EarlierRecord | Refusal {
    let provided: EarlierRecord = {};
    for (const { stream, notFound, field, holds, provides } of referencesOf(command)) {
      const known = this.streams.get(stream);
      const refused = known ? holds?.(known.state) : refuse(notFound, {}, field);
      if (refused) return refused;
      if (provides) provided = { ...provided, ...provides(known?.state) };
    }
    return provided;
  }

  private kept(stream: string, voucher: NonNullable<EarlierNeeds['voucher']>): EarlierRecord['voucher'] {
    const known = this.streams.get(stream);
    if (!known || !('revision' in voucher)) return undefined;
    const event = known.events[Number(voucher.revision) - known.before];
    return event && { revision: voucher.revision, event };
  }
}
