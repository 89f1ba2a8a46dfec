import { pairOf } from '../cells.js';
import type { Directory } from '../log/directory.js';
import type { KeyedExpectations } from '../log/expectations.js';
import { FUND_MEASURES, blockOf } from '../tables.js';
import { ChangesOfEvent } from './changes-of-event.js';
import { RecordHighs, type FoldParts, type Occurrence, type ReadModelFold } from './read-model-fold.js';

/** What each fund holds, has promised and has seen flow, per day and in all. */
export class FundBalancesFold implements ReadModelFold {
  readonly projection = 'fund-balances';
  private readonly directory: Directory;
  private readonly keyed: KeyedExpectations;
  private readonly highs: RecordHighs;
  private readonly changes: ChangesOfEvent;

  constructor({ directory, keyed, logged }: FoldParts) {
    this.directory = directory;
    this.keyed = keyed;
    this.highs = new RecordHighs('balanceKnown', logged);
    this.changes = new ChangesOfEvent('fundChange', FUND_MEASURES, logged);
  }

  take(occurrence: Occurrence): void {
    this.highs.note(occurrence);
    this.takeChanges(occurrence);
    this.changes.tell(occurrence);
  }

  private takeChanges(occurrence: Occurrence): void {
    const { event, place, reading } = occurrence;
    switch (event.type) {
      case 'AssociationRegistered': return this.keyed.row('balanceUnit', [event.data.associationId, this.directory.pathOf(event.data.associationId)], place);
      case 'FundOpened': {
        const { fundId, associationId, code } = event.data;
        this.keyed.row('balanceFund', [fundId, associationId, this.directory.pathOf(associationId), code, occurrence.position], place);
        return this.keyed.add('fundTotal', fundId, '', {}, occurrence.position);
      }
      case 'PledgeMade':
        this.keyed.row('balancePledge', [event.data.pledgeId, event.data.fundId, event.data.amount], place);
        return this.change(event.data.fundId, event.data.effectiveOn, { pledged: BigInt(event.data.amount) }, occurrence);
      case 'PledgeCancelled': {
        const { fundId, amount } = this.directory.promise(event.data.pledgeId);
        return this.change(fundId, event.data.effectiveOn, { pledges_cancelled: BigInt(amount) }, occurrence);
      }
    }
    if (!reading || !('fundId' in event.data) || !('effectiveOn' in event.data)) return;
    const { fundId, effectiveOn: day } = event.data;
    const { cash, bank, goods, principal, committed, flows, transit } = reading;
    const own = transit?.fundId === fundId ? transit.amount : 0n;
    this.change(fundId, day, { cash, bank, goods, endowment_principal: principal, committed, in_transit: own, ...flows }, occurrence);
    if (transit && transit.fundId !== fundId) this.change(transit.fundId, day, { in_transit: transit.amount }, occurrence);
  }

  private change(fundId: string, day: string, changes: Readonly<Record<string, bigint>>, { position }: Occurrence): void {
    this.keyed.add('fundDay', fundId, pairOf(day, blockOf(position)), changes, position);
    this.changes.add([fundId, day], changes);
    this.keyed.add('fundTotal', fundId, '', changes, position);
  }
}
