import type { DataSource } from 'typeorm';
import { Gate, systemClock, type Clock } from '@ledger/kernel';
import type { EventStore } from '@ledger/event-store';
import { routeOf } from '@ledger/fund-ledger';
import type { RotatableVault } from '@ledger/privacy';
import { CommandKeys } from './claims/command-keys.js';
import { rebuildCommandKeys } from './claims/rebuild-command-keys.js';
import { RegisterOfLog } from './claims/register-of-log.js';
import { CommandsInFlight } from './commands-in-flight.js';
import { startCourier, type Courier, type CourierOptions } from './courier/courier.js';
import { completeFollowUps } from './follow-ups.js';
import type { AcceptedAnswer, CommandAnswer, Ledger, Submission } from './ledger.js';
import { silentLog, type LedgerLog } from './ledger-log.js';
import { LIMITS, RETRY_AFTER_SECONDS, type LedgerLimits } from './limits.js';
import { PendingCommand, type InnerSubmission } from './pending-command.js';
import { inputHashOf } from './prepare/input-hash.js';
import { onPostgres, PostgresAway, silenceAllowed } from './postgres-away.js';
import { Preparation } from './prepare/preparation.js';
import { References } from './prepare/references.js';
import { Sealing } from './prepare/sealing.js';
import { EarlierRecords } from './records/earlier-records.js';
import { VoucherIndex } from './records/voucher-index.js';
import { FoldKeeper } from './stream/fold-keeper.js';
import { Folds } from './stream/folds.js';
import { KeptFolds } from './stream/kept-folds.js';
import type { QueueParts } from './stream/queue-parts.js';
import { StreamQueue } from './stream/stream-queue.js';

export interface LedgerOptions {
  readonly eventStore: EventStore;
  /** Initialised, with COMMAND_MIGRATIONS run. The ledger does not close it. */
  readonly dataSource: DataSource;
  readonly vault: RotatableVault;
  readonly clock?: Clock;
  readonly log?: LedgerLog;
  readonly limits?: Partial<LedgerLimits>;
  /** Told of every append: how many commands it decided, and how it ended. For metrics. */
  readonly measureAppend?: QueueParts['measure'];
}

export interface LedgerStatistics {
  readonly commandsInProcess: number;
  readonly streamsAtWork: number;
  readonly cachedFolds: number;
}

export interface RunningLedger extends Ledger {
  /** Completes what crashes left open; one at a time over all processes. */
  startCourier(options?: CourierOptions): Courier;
  /** Makes the register of command ids again from the log's metadata; answers how many it added. */
  rebuildCommandKeys(): Promise<number>;
  statistics(): LedgerStatistics;
  /** Waits for the commands under way and writes what waits to be written. New commands are answered `busy`. */
  close(): Promise<void>;
}

/** Load → decide → append over the given store, with the register of command ids in the given database. */
export function createLedger(options: LedgerOptions): RunningLedger {
  return new BatchingLedger(options);
}

class BatchingLedger implements RunningLedger {
  private readonly limits: LedgerLimits;
  private readonly log: LedgerLog;
  private readonly inFlight = new CommandsInFlight<PendingCommand>();
  private readonly queues = new Map<string, StreamQueue>();
  private readonly parts: QueueParts;
  private readonly preparation: Preparation;
  private readonly keeper: FoldKeeper;
  private readonly couriers: Courier[] = [];
  private inProcess = 0;
  private closing = false;

  constructor(private readonly options: LedgerOptions) {
    const { eventStore: store, dataSource, vault } = options;
    const limits = (this.limits = { ...LIMITS, ...options.limits });
    const log = (this.log = options.log ?? silentLog);
    const keys = new CommandKeys(dataSource, limits, log);
    const index = new VoucherIndex(dataSource, store);
    const references = new References(store, limits);
    const keeper = (this.keeper = new FoldKeeper(new KeptFolds(dataSource, store, vault, log), limits.keptFoldEvents, log));
    const folds = new Folds(store, limits, (stream) => index.lastClosing(stream), (event) => this.inFlight.noteRead(event), {
      keeper, inFlightSince: (stream) => this.inFlightSince(stream),
    });
    this.preparation = new Preparation({
      store, folds, keys, references,
      sealing: new Sealing(vault, limits.rowsPerStatement, silenceAllowed(dataSource)),
      register: new RegisterOfLog(store, dataSource, limits.rowsPerStatement, log),
      deadlineMs: limits.deadlineMs,
    });
    this.parts = {
      store, folds, keys, index, limits, log,
      records: new EarlierRecords(store, index, limits.readsInFlight),
      appends: new Gate(limits.appendsInFlight),
      clock: options.clock ?? systemClock,
      knowsOf: (stream) => references.knowsOf(stream),
      left: (pending) => this.left(pending),
      measure: options.measureAppend ?? (() => undefined),
    };
  }

  async execute(submission: Submission): Promise<CommandAnswer> {
    return this.executeInner(submission);
  }

  startCourier(courierOptions: CourierOptions = {}): Courier {
    const { eventStore, dataSource, vault } = this.options;
    const courier = startCourier({ store: eventStore, database: dataSource, vault, log: this.log, execute: (submission) => this.executeInner(submission) }, courierOptions);
    this.couriers.push(courier);
    return courier;
  }

  rebuildCommandKeys(): Promise<number> {
    return rebuildCommandKeys(this.options.eventStore, this.options.dataSource, this.limits.rowsPerStatement);
  }

  statistics(): LedgerStatistics {
    return { commandsInProcess: this.inProcess, streamsAtWork: this.queues.size, cachedFolds: this.parts.folds.cachedStreams };
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.couriers.map((courier) => courier.stop()));
    while (this.inProcess > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await this.parts.keys.flush();
    await this.keeper.close(this.parts.folds.entries());
  }

  private async executeInner(submission: InnerSubmission): Promise<CommandAnswer> {
    const answer = await this.submit(submission);
    if (answer.kind !== 'accepted') return answer;
    const completed = await completeFollowUps(submission, answer, (followUp) => this.executeInner(followUp), this.log);
    return { ...completed, arrived: completed.arrived && (await this.shredErased(answer)) };
  }

  /** One attempt at a command. A second one with the same id joins the first where both say the same. */
  private async submit(submission: InnerSubmission): Promise<CommandAnswer> {
    const inputHash = inputHashOf(this.options.vault, submission);
    const underWay = submission.dryRun ? undefined : this.inFlight.get(submission.commandId);
    if (underWay) {
      if (underWay.inputHash !== inputHash) return { kind: 'idempotency_key_reused' };
      const answer = await underWay.answered;
      return answer.kind === 'accepted' ? { ...answer, repeated: true } : answer;
    }
    const { stream } = routeOf(submission.command);
    const queue = this.queues.get(stream);
    // A follow-up is let in while the ledger closes: it belongs to a command that was accepted.
    const full = this.inProcess >= this.limits.commandsInProcess || (queue?.length ?? 0) >= this.limits.commandsPerStream;
    if (full || (this.closing && submission.eventId === undefined)) return { kind: 'busy', retryAfterSeconds: RETRY_AFTER_SECONDS };
    return this.handle(new PendingCommand(submission, inputHash, stream), queue ?? this.openQueue(stream));
  }

  private handle(pending: PendingCommand, queue: StreamQueue): Promise<CommandAnswer> {
    this.inProcess += 1;
    if (!pending.submission.dryRun) this.inFlight.enter(pending.submission.commandId, pending);
    pending.preparation = this.preparation.run(pending);
    queue.add(pending);
    return pending.answered;
  }

  /** Only when its queue has let go of a command may another with its id begin. */
  private left(pending: PendingCommand): void {
    this.inProcess -= 1;
    if (!pending.submission.dryRun) this.inFlight.leave(pending.submission.commandId);
  }

  private inFlightSince(stream: string): bigint | undefined {
    let lowest: bigint | undefined;
    for (const { stream: its, knownSince } of this.inFlight.all()) {
      if (its === stream && knownSince !== undefined && (lowest === undefined || knownSince < lowest)) lowest = knownSince;
    }
    return lowest;
  }

  private openQueue(stream: string): StreamQueue {
    const queue = new StreamQueue(stream, this.parts, () => this.queues.delete(stream));
    this.queues.set(stream, queue);
    return queue;
  }

  /** The event says that the person is erased; now the key goes. False where that is left to the courier. */
  private async shredErased(answer: AcceptedAnswer): Promise<boolean> {
    const personIds = answer.events.flatMap(({ type, data }) => (type === 'PersonErased' && 'personId' in data && typeof data.personId === 'string' ? [data.personId] : []));
    if (personIds.length === 0) return true;
    try {
      await onPostgres(() => this.options.vault.shred(personIds));
      return true;
    } catch (error) {
      if (!(error instanceof PostgresAway)) throw error;
      this.log.warn({ err: error }, 'the deletion of a key is left to the courier');
      return false;
    }
  }
}
