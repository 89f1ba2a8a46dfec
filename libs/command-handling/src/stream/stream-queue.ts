import { StoreUnavailable } from '@ledger/event-store';
import { earlierNeedsOf } from '@ledger/fund-ledger';
import { invariant, refusal } from '@ledger/kernel';
import type { CommandAnswer } from '../ledger.js';
import { RETRY_AFTER_SECONDS } from '../limits.js';
import type { PendingCommand } from '../pending-command.js';
import { PostgresAway } from '../postgres-away.js';
import { IndexBehind } from '../records/earlier-records.js';
import { needKey } from '../records/needs.js';
import { CLOSING, type Fold } from './fold.js';
import { HeldFold } from './held-fold.js';
import { Plan, storedEvents, type Decision } from './plan.js';
import type { QueueParts } from './queue-parts.js';
import { Rivals } from './rivals.js';

const busy: CommandAnswer = { kind: 'busy', retryAfterSeconds: RETRY_AFTER_SECONDS };
const unavailable: CommandAnswer = { kind: 'store_unavailable', retryAfterSeconds: RETRY_AFTER_SECONDS };
const unknown: CommandAnswer = { kind: 'outcome_unknown', retryAfterSeconds: RETRY_AFTER_SECONDS };
const unclaimed: CommandAnswer = { kind: 'claims_unavailable', retryAfterSeconds: RETRY_AFTER_SECONDS };

/** The commands waiting for one stream, in the order they came: decided together, appended together. */
export class StreamQueue {
  private readonly waiting: PendingCommand[] = [];
  private readonly held: HeldFold;
  private running = false;
  private readonly rivals = new Rivals();
  /** True where the last append of what waits was not answered: not being there now does not mean that it won't be. */
  private unanswered = new Set<PendingCommand>();

  constructor(
    private readonly stream: string,
    private readonly parts: QueueParts,
    private readonly emptied: () => void,
  ) {
    this.held = new HeldFold(stream, parts.folds);
  }

  get length(): number {
    return this.waiting.length;
  }

  add(pending: PendingCommand): void {
    this.waiting.push(pending);
    if (this.running) return;
    this.running = true;
    setImmediate(() => void this.run());
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      try {
        await this.waiting[0]!.preparation;
        await this.round();
      } catch (error) {
        await this.stumble(error);
      }
      this.removeAnswered();
    }
    // From here on the next command opens a queue of its own.
    this.emptied();
  }

  /** One batch: fold, look up, decide, append, answer. What conflicts stays waiting for the next round. */
  private async round(): Promise<void> {
    this.removeAnswered();
    const [head] = this.ready();
    if (!head) return;
    const { fold, current } = await this.held.take(head.prepared!.command, this.rivals.expected);
    this.answerLate();
    const ready = this.ready();
    if (ready.length === 0) return;
    const deadline = performance.now() + this.parts.limits.deadlineMs;
    for (const pending of ready) pending.deadline ??= deadline;
    if (!(await this.lookUpEarlier(ready, fold))) return;
    const plan = new Plan(this.stream, fold, this.parts.limits, this.parts.clock.now());
    for (const pending of ready) {
      if (!plan.add(pending, pending.prepared!)) break;
      if (pending.prepared!.command.type === 'CloseBooks') break;
    }
    if (plan.events.length > 0) return this.append(plan, fold);
    // Nothing will be appended: the answers stand only if nobody else wrote meanwhile.
    if (plan.needsProof && !current && (await this.held.bringUpToDate())) return;
    this.answerAll(plan.decisions, fold.position);
  }

  private async append(plan: Plan, fold: Fold): Promise<void> {
    const expected = fold.revision < 0n ? ('no_stream' as const) : fold.revision;
    const outcome = await this.parts.appends.through(() => this.rivals.timed(() => this.parts.store.append(this.stream, expected, plan.events)));
    this.parts.measure({ commands: plan.decisions.length, outcome: outcome.kind });
    switch (outcome.kind) {
      case 'appended': {
        invariant(outcome.lastRevision === fold.revision + BigInt(plan.events.length), 'an append ends where it was planned to');
        plan.settle(outcome.position);
        this.parts.folds.keep(this.stream, fold);
        if (plan.events.at(-1)?.type === CLOSING) this.noteClosing(fold);
        this.parts.knowsOf(this.stream);
        this.answerAll(plan.decisions, outcome.position);
        return this.rivals.afterWin();
      }
      case 'conflict':
        fold.uncertain = true;
        return this.rivals.afterLoss();
      case 'store_unavailable':
        this.answerEvery(unavailable);
        return this.pauseIfWaiting();
      case 'outcome_unknown':
        return this.afterUnanswered(plan, fold);
      case 'append_too_large':
        return this.tooLarge(plan, outcome.limitBytes);
    }
  }

  /** The stream's end is read again before anything else; what is found there was booked, the rest is tried again. */
  private afterUnanswered(plan: Plan, fold: Fold): Promise<void> {
    fold.uncertain = true;
    for (const { kind, pending } of plan.decisions) {
      if (kind !== 'books' || this.unanswered.has(pending)) continue;
      this.unanswered.add(pending);
      const patience = Math.min(this.timeLeft(pending), pending.arrivedAt + this.parts.limits.unknownAfterMs - performance.now());
      setTimeout(() => pending.answer(unknown), Math.max(0, patience)).unref();
    }
    return this.pauseIfWaiting();
  }

  private tooLarge(plan: Plan, limitBytes: number): void {
    const books = plan.decisions.filter((decision) => decision.kind === 'books');
    invariant(books.length === 1, 'an append of several commands is kept below the limit');
    books[0]!.pending.answer({ kind: 'refused', refusal: refusal('command_too_large', { limitBytes: limitBytes.toString() }) });
  }

  /** Fetches what the deciders will ask for beyond the fold. False where a command has to wait for the index. */
  private async lookUpEarlier(ready: readonly PendingCommand[], fold: Fold): Promise<boolean> {
    const closing = ready[0]!;
    if (closing.prepared!.command.type === 'CloseBooks' && !(await this.index(closing, fold))) return false;
    const asking = ready.flatMap((pending) => {
      const needs = earlierNeedsOf(pending.prepared!.command, fold.state);
      const need = needKey(fold, needs);
      return need === '' || pending.earlier?.need === need ? [] : [{ pending, needs, need }];
    });
    if (asking.length === 0) return true;
    const records = await this.parts.records.lookUp(this.stream, fold, asking.map(({ needs }) => needs), this.timeLeft(closing));
    asking.forEach(({ pending, need }, index) => (pending.earlier = { need, record: records[index]! }));
    return true;
  }

  /** After a closing the fold forgets what the index then has to know. */
  private async index(closing: PendingCommand, fold: Fold): Promise<boolean> {
    if (await this.parts.index.covers(this.stream, fold.revision, this.timeLeft(closing))) return true;
    closing.answer(busy);
    return false;
  }

  /** So that whoever folds the book anew finds its closing quickly. Only a hint: nobody waits for it. */
  private noteClosing(fold: Fold): void {
    this.parts.index.covers(this.stream, fold.revision, this.parts.limits.deadlineMs).catch((error: unknown) => {
      this.parts.log.info({ err: error, stream: this.stream }, 'a closing is not indexed yet');
    });
  }

  private ready(): PendingCommand[] {
    const ready: PendingCommand[] = [];
    const most = Math.min(this.parts.limits.commandsPerAppend, this.rivals.mostTogether);
    for (const pending of this.waiting) {
      if (pending.isAnswered) continue;
      if (!pending.prepared || ready.length >= most) break;
      ready.push(pending);
    }
    return ready;
  }

  private answerAll(decisions: readonly Decision[], position: bigint): void {
    for (const decision of decisions) {
      const { pending } = decision;
      if (decision.kind === 'answers') pending.answer(decision.answer);
      else if (decision.kind === 'was_booked') this.answerBooked(pending);
      else {
        const { lastRevision: revision, events } = decision;
        this.parts.keys.record(pending.submission.commandId, { first: revision - BigInt(events.length - 1), last: revision, position });
        pending.answer({ kind: 'accepted', stream: this.stream, revision, position, events: storedEvents(events), repeated: false, arrived: true });
      }
    }
    this.removeAnswered();
  }

  private answerBooked(pending: PendingCommand): void {
    const answer = pending.earlierAnswer();
    const place = pending.bookedPlace();
    invariant(answer && place, 'a booked command has its events');
    this.parts.keys.record(pending.submission.commandId, place);
    pending.answer(answer);
  }

  /** Commands that were tried before and whose time is up, unless they turn out to be booked. */
  private answerLate(): void {
    const now = performance.now();
    for (const pending of this.waiting) {
      if (pending.deadline === undefined || pending.deadline > now || pending.earlierAnswer()) continue;
      pending.answer(this.unanswered.has(pending) ? unknown : busy);
    }
    this.removeAnswered();
  }

  private answerEvery(answer: CommandAnswer): void {
    for (const pending of this.waiting) if (!this.unanswered.has(pending)) pending.answer(answer);
    this.removeAnswered();
  }

  /** What went wrong outside the append: away is an answer, everything else a bug that ends these commands. */
  private async stumble(error: unknown): Promise<void> {
    if (error instanceof StoreUnavailable) this.answerEvery(unavailable);
    else if (error instanceof PostgresAway) this.answerEvery(unclaimed);
    else if (error instanceof IndexBehind) this.answerEvery(busy);
    else {
      this.parts.log.error({ err: error, stream: this.stream }, 'a batch of commands failed');
      this.held.forget();
      for (const pending of this.ready()) pending.fail(error);
      return;
    }
    // Only commands whose append was not answered are left: their stream is read again until their time is up.
    await this.pauseIfWaiting();
  }

  private async pauseIfWaiting(): Promise<void> {
    if (this.waiting.length > 0) await this.rivals.afterLoss();
  }

  private removeAnswered(): void {
    let kept = 0;
    for (const pending of this.waiting) {
      if (pending.isAnswered) {
        this.unanswered.delete(pending);
        this.parts.left(pending);
      } else this.waiting[kept++] = pending;
    }
    this.waiting.length = kept;
  }

  private timeLeft(pending: PendingCommand): number {
    return Math.max(0, (pending.deadline ?? 0) - performance.now());
  }
}
