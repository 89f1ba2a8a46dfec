import type { RecordedEvent } from '@ledger/kernel';
import { LOG_STREAM } from '@ledger/event-store';
import { EVENT_TYPES, type LedgerEvent } from '@ledger/fund-ledger';
import { placeOf, type Differences } from './differences.js';
import { AssociationTotalsFold } from './expect/association-totals.js';
import { BeneficiaryHistoriesFold } from './expect/beneficiary-histories.js';
import { CampaignTotalsFold, PledgesFold } from './expect/campaigns-and-pledges.js';
import { FundBalancesFold } from './expect/fund-balances.js';
import { FundStatementFold } from './expect/fund-statement.js';
import { JournalFold } from './expect/journal.js';
import { occurrenceOf, type FoldParts, type LogRows, type ReadModelFold } from './expect/read-model-fold.js';
import { RegistryFold } from './expect/registry.js';
import { LogInvariants } from './invariants/log-invariants.js';
import { Directory, UnknownInLog } from './log/directory.js';
import { KeyedExpectations } from './log/expectations.js';
import { isOfPart } from './parts.js';

const OF_LEDGER = new Set(EVENT_TYPES);

/** The whole log folded afresh, for all read models at once, each as far as its own position. */
export class LedgerFold {
  readonly directory = new Directory();
  readonly keyed = new KeyedExpectations();
  readonly registry: RegistryFold;
  readonly pledges: PledgesFold;
  readonly invariants: LogInvariants;
  private readonly balancesUntil: number;
  private readonly folds: readonly { readonly fold: ReadModelFold; readonly until: number }[];

  /** `untilOf` says how far a read model has come; undefined where it has seen nothing. */
  constructor(logged: LogRows, private readonly differences: Differences, untilOf: (projection: string) => bigint | undefined, private readonly part?: number) {
    this.balancesUntil = Number(untilOf('fund-balances') ?? -1n);
    const parts: FoldParts = { directory: this.directory, keyed: this.keyed, logged };
    this.registry = new RegistryFold(parts);
    this.pledges = new PledgesFold(parts);
    this.invariants = new LogInvariants(this.keyed, differences);
    const folds: readonly ReadModelFold[] = [
      new FundBalancesFold(parts), new AssociationTotalsFold(parts), new BeneficiaryHistoriesFold(parts), this.registry,
      new FundStatementFold(parts), new CampaignTotalsFold(parts), this.pledges, new JournalFold(parts),
    ];
    this.folds = folds.flatMap((fold) => {
      const until = untilOf(fold.projection);
      return until === undefined ? [] : [{ fold, until: Number(until) }];
    });
  }

  /** Any event of the log, in order. */
  take(recorded: RecordedEvent): void {
    if (!OF_LEDGER.has(recorded.type)) {
      if (recorded.stream !== LOG_STREAM) this.wrong(recorded, `an event of type ${recorded.type}, which no ledger writes`);
      return;
    }
    try {
      this.told(recorded);
    } catch (error) {
      if (!(error instanceof UnknownInLog)) throw error;
      this.wrong(recorded, error.message);
    }
  }

  private told(recorded: RecordedEvent): void {
    const event = recorded as unknown as LedgerEvent;
    if (event.type === 'AssociationRegistered') this.directory.registered(event.data);
    else if (event.type === 'FundOpened') this.directory.opened(event.data);
    else if (event.type === 'PledgeMade') this.directory.promised(event.data);
    const occurrence = occurrenceOf(recorded, this.directory);
    const { position } = occurrence;
    // Positions stay far below what numbers hold exactly.
    const at = Number(position);
    for (const { fold, until } of this.folds) if (at <= until) fold.take(occurrence);
    // What a fund has in transit and committed is compared with its balances: as far as those go.
    if (isOfPart('fund-balances', this.part)) this.invariants.take(occurrence, at <= this.balancesUntil);
  }

  private wrong(recorded: RecordedEvent, sentence: string): void {
    this.differences.add({ kind: 'log', projection: '', sentence, event: placeOf(recorded) });
  }

  finish(): void {
    for (const { fold } of this.folds) fold.finish?.();
  }

  close(): void {
    this.keyed.close();
  }
}
