import { forkOf, aggregateOf, LedgerModel, routeOf, type EarlierNeeds, type EarlierRecord, type LedgerCommand } from '@ledger/fund-ledger';
import { canonicalJson, isRefusal, type Day } from '@ledger/kernel';
import type { FoldedStream, ImportAnswer, LedgerState, RowSubmission } from '../src/index.js';

/** What happens to a command on its way, before or after it is decided. */
export type Mishap = 'busy' | 'store_unavailable' | 'lost_answer' | 'in_transit';

/**
 * The ledger in memory, with the real deciders: idempotent by command id, answering like the real one, and able to
 * fail on the way as a network does.
 */
export class ModelLedger implements LedgerState {
  readonly model: LedgerModel;
  /** Command ids in the order in which they were decided. */
  readonly decided: string[] = [];
  mostInFlight = 0;
  private inFlight = 0;
  private readonly contents = new Map<string, string>();

  constructor(today: Day, private readonly mishapOf: (submission: RowSubmission, attempt: number) => Mishap | undefined = () => undefined) {
    this.model = new LedgerModel({ today });
  }

  private readonly attempts = new Map<string, number>();

  readonly execute = async (submission: RowSubmission): Promise<ImportAnswer> => {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    const attempt = (this.attempts.get(submission.commandId) ?? 0) + 1;
    this.attempts.set(submission.commandId, attempt);
    const mishap = this.mishapOf(submission, attempt);
    // Answers come in another order than the commands; decisions do not.
    const answer = mishap === 'busy' || mishap === 'store_unavailable' ? undefined : this.decide(submission);
    await new Promise((resolve) => setImmediate(resolve));
    this.inFlight -= 1;
    if (answer === undefined || mishap === 'lost_answer') return { kind: mishap === 'busy' ? 'busy' : mishap === 'store_unavailable' ? mishap : 'outcome_unknown', retryAfterSeconds: 1 };
    return mishap === 'in_transit' && answer.kind === 'accepted' ? { ...answer, arrived: false } : answer;
  };

  /** A command of somebody else. */
  book(command: LedgerCommand): void {
    const outcome = this.model.apply(command);
    if (isRefusal(outcome)) throw new Error(outcome.refused);
  }

  private decide(submission: RowSubmission): ImportAnswer {
    const content = contentOf(submission);
    const known = this.contents.get(submission.commandId);
    if (known !== undefined) {
      return known === content ? { kind: 'accepted', repeated: true, arrived: true, position: BigInt(this.decided.length) } : { kind: 'idempotency_key_reused' };
    }
    const { command, secrets } = submission;
    const outcome = this.model.apply(secrets?.profile ? ({ ...command, sealed: 'sealed' } as LedgerCommand) : command);
    if (isRefusal(outcome)) return { kind: 'refused', refusal: outcome };
    this.contents.set(submission.commandId, content);
    this.decided.push(submission.commandId);
    return { kind: 'accepted', repeated: false, arrived: true, position: BigInt(this.decided.length) };
  }

  async compare(submissions: readonly RowSubmission[]): Promise<ReadonlyMap<string, 'booked' | 'changed'>> {
    const known = new Map<string, 'booked' | 'changed'>();
    for (const submission of submissions) {
      const content = this.contents.get(submission.commandId);
      if (content !== undefined) known.set(submission.commandId, content === contentOf(submission) ? 'booked' : 'changed');
    }
    return known;
  }

  async fold(streams: readonly string[]): Promise<ReadonlyMap<string, FoldedStream>> {
    const there = streams.filter((stream) => this.model.has(stream));
    return new Map(there.map((stream) => [stream, { state: forkOf(aggregateOf(stream)!, this.model.stateOf(stream)), eventCount: this.model.eventsOf(stream).length }]));
  }

  async earlier(stream: string, { voucher }: EarlierNeeds): Promise<EarlierRecord> {
    const event = voucher && 'revision' in voucher ? this.model.eventsOf(stream)[Number(voucher.revision)] : undefined;
    return event && voucher && 'revision' in voucher ? { voucher: { revision: voucher.revision, event } } : {};
  }

  /** Every stream with its events: two ledgers with equal contents hold the same. */
  contentsByStream(): Record<string, unknown> {
    return Object.fromEntries([...this.model.streamNames()].sort().map((stream) => [stream, this.model.eventsOf(stream)]));
  }

  streamOf(submission: RowSubmission): string {
    return routeOf(submission.command).stream;
  }
}

function contentOf({ command, secrets }: RowSubmission): string {
  const plain = JSON.parse(JSON.stringify({ command, secrets }, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))) as object;
  return canonicalJson(plain);
}
