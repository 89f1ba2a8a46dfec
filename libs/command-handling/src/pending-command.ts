import { uuidv5, type RecordedEvent, type Refusal } from '@ledger/kernel';
import type { EarlierRecord, LedgerCommand } from '@ledger/fund-ledger';
import type { BookedPlace } from './claims/command-keys.js';
import type { AcceptedAnswer, CommandAnswer, StoredEvent, Submission } from './ledger.js';

/** A follow-up's one event has an id of its own, so that nobody can append it twice. */
export type InnerSubmission = Submission & { readonly eventId?: string };

export interface Prepared {
  /** The command with its personal text sealed. */
  readonly command: LedgerCommand;
  /** What its references provide to the decision. */
  readonly provided: Partial<EarlierRecord>;
  /** A reference that does not hold; only told where the command was not booked before. */
  readonly refused?: Refusal;
}

/** One command on its way through the ledger. */
export class PendingCommand {
  readonly answered: Promise<CommandAnswer>;
  /** By `performance.now()`. */
  readonly arrivedAt = performance.now();
  prepared: Prepared | undefined;
  /** Settles when `prepared` is there or the answer is. */
  preparation: Promise<void> = Promise.resolve();
  isAnswered = false;
  /** By `performance.now()`, which no change of the clock moves; set when it is tried first. */
  deadline: number | undefined;
  /** A revision of its stream that its own events are certainly after; known from its claim on. */
  knownSince: bigint | undefined;
  /** What the fold cannot know, with the need it was looked up for. */
  earlier: { readonly need: string; readonly record: EarlierRecord } | undefined;
  private readonly booked = new Map<bigint, RecordedEvent>();
  private settle: { resolve: (answer: CommandAnswer) => void; reject: (bug: unknown) => void };

  constructor(
    readonly submission: InnerSubmission,
    readonly inputHash: string,
    readonly stream: string,
  ) {
    let settle: typeof this.settle | undefined;
    this.answered = new Promise((resolve, reject) => (settle = { resolve, reject }));
    this.settle = settle!;
  }

  /** The first answer counts. */
  answer(answer: CommandAnswer): void {
    if (this.isAnswered) return;
    this.isAnswered = true;
    this.settle.resolve(answer);
  }

  /** Ends the command with a bug's error. */
  fail(bug: unknown): void {
    if (this.isAnswered) return;
    this.isAnswered = true;
    this.settle.reject(bug);
  }

  eventId(index: number): string {
    return this.submission.eventId ?? uuidv5(this.submission.commandId, index.toString());
  }

  /** An event of this command was found in the log. */
  noteBooked(event: RecordedEvent): void {
    this.booked.set(event.revision, event);
  }

  /** The answer of the attempt that was booked, where the log showed one. */
  earlierAnswer(): AcceptedAnswer | undefined {
    const events = [...this.booked.values()].sort((a, b) => (a.revision < b.revision ? -1 : 1));
    const last = events.at(-1);
    if (!last) return undefined;
    const stored = events.map(({ id, type, data }): StoredEvent => ({ id, type, data }));
    return { kind: 'accepted', stream: last.stream, revision: last.revision, position: last.position, events: stored, repeated: true, arrived: true };
  }

  bookedPlace(): BookedPlace | undefined {
    const answer = this.earlierAnswer();
    return answer && { first: answer.revision - BigInt(answer.events.length - 1), last: answer.revision, position: answer.position };
  }
}
