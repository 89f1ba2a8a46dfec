import type { RecordedEvent } from '@ledger/kernel';
import { EVENT_TYPES } from '@ledger/fund-ledger';
import type { Differences } from './differences.js';
import { AssociationTotalsFold } from './expect/association-totals.js';
import { BeneficiaryHistoriesFold } from './expect/beneficiary-histories.js';
import { CampaignTotalsFold, PledgesFold } from './expect/campaigns-and-pledges.js';
import { FundBalancesFold } from './expect/fund-balances.js';
import { FundStatementFold } from './expect/fund-statement.js';
import { JournalFold } from './expect/journal.js';
import { occurrenceOf, type FoldParts, type LogRows, type Occurrence, type ReadModelFold } from './expect/read-model-fold.js';
import { RegistryFold } from './expect/registry.js';
import { LogInvariants } from './invariants/log-invariants.js';
import { Directory } from './log/directory.js';
import { KeyedExpectations } from './log/expectations.js';

const OF_LEDGER = new Set(EVENT_TYPES);

/** The whole log folded afresh, for all read models at once, each as far as its own position. */
export class LedgerFold {
  readonly directory = new Directory();
  readonly keyed = new KeyedExpectations();
  readonly registry: RegistryFold;
  readonly pledges: PledgesFold;
  readonly invariants: LogInvariants;
  private readonly folds: readonly { readonly fold: ReadModelFold; readonly until: bigint }[];

  /** `untilOf` says how far a read model has come; undefined where it has seen nothing. */
  constructor(logged: LogRows, differences: Differences, private readonly untilOf: (projection: string) => bigint | undefined) {
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
      return until === undefined ? [] : [{ fold, until }];
    });
  }

  take(recorded: RecordedEvent): Occurrence | undefined {
    if (!OF_LEDGER.has(recorded.type)) return undefined;
    const occurrence = occurrenceOf(recorded);
    const { event, position } = occurrence;
    if (event.type === 'AssociationRegistered') this.directory.registered(event.data);
    else if (event.type === 'FundOpened') this.directory.opened(event.data);
    else if (event.type === 'PledgeMade') this.directory.promised(event.data);
    for (const { fold, until } of this.folds) if (position <= until) fold.take(occurrence);
    // What a fund has in transit and committed is compared with its balances: as far as those go.
    if (position <= (this.untilOf('fund-balances') ?? -1n)) this.invariants.take(occurrence);
    return occurrence;
  }

  finish(): void {
    for (const { fold } of this.folds) fold.finish?.();
  }

  close(): void {
    this.keyed.close();
  }
}
