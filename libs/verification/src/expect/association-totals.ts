import { pairOf } from '../cells.js';
import { ASSOCIATION_MEASURES, blockOf } from '../tables.js';
import { ChangesOfEvent } from './changes-of-event.js';
import type { Flow } from '../log/reading.js';
import { RecordHighs, type FoldParts, type Occurrence, type ReadModelFold } from './read-model-fold.js';

type Changes = Record<string, bigint>;

/** An association that does not say since when it exists has done so from the first day on. */
const FROM_THE_BEGINNING = '0001-01-01';
const COUNTED = new Set<string>(ASSOCIATION_MEASURES);

/** What each association mobilised, spent and honoured, alone and with all units below it, day by day. */
export class AssociationTotalsFold implements ReadModelFold {
  readonly projection = 'association-totals';
  /** Per association the members counted so far, by day; of two counts for one day the later recorded holds. */
  private readonly counts = new Map<string, Map<string, bigint>>();
  private readonly highs: RecordHighs;
  private readonly changes: ChangesOfEvent;

  constructor(private readonly parts: FoldParts) {
    this.highs = new RecordHighs('totalsKnown', parts.logged);
    this.changes = new ChangesOfEvent('associationChange', ASSOCIATION_MEASURES, parts.logged, true);
  }

  take(occurrence: Occurrence): void {
    this.highs.note(occurrence);
    this.takeChanges(occurrence);
    this.changes.tell(occurrence);
  }

  private takeChanges(occurrence: Occurrence): void {
    const { directory, keyed } = this.parts;
    const { event, place } = occurrence;
    switch (event.type) {
      case 'AssociationRegistered': {
        const { associationId, members, establishedOn: day = FROM_THE_BEGINNING } = event.data;
        keyed.row('totalsUnit', [associationId, directory.pathOf(associationId)], place);
        this.count(associationId, day, members, occurrence);
        return this.rollUp(associationId, day, { units: 1n }, occurrence);
      }
      case 'MembersCounted': return this.count(event.data.associationId, event.data.effectiveOn, event.data.members, occurrence);
      case 'FundOpened': return keyed.row('totalsHome', [event.data.fundId, event.data.associationId], place);
      case 'PledgeMade':
        keyed.row('totalsPledge', [event.data.pledgeId, event.data.fundId, event.data.amount], place);
        return this.rollUp(this.homeOf(event.data.fundId), event.data.effectiveOn, { pledged: BigInt(event.data.amount), movements: 1n }, occurrence);
      case 'PledgeCancelled': {
        const { fundId, amount } = directory.promise(event.data.pledgeId);
        return this.rollUp(this.homeOf(fundId), event.data.effectiveOn, { pledges_cancelled: BigInt(amount), movements: 1n }, occurrence);
      }
      case 'DirectSupportReported': {
        const { associationId, effectiveOn, form, recipients } = event.data;
        const amount = BigInt(event.data.amount);
        const inKind: Changes = form === 'goods' ? { direct_support_in_kind: amount } : {};
        return this.rollUp(associationId, effectiveOn, { direct_support: amount, ...inKind, direct_support_recipients: BigInt(recipients), movements: 1n }, occurrence);
      }
      case 'HonourConferred': return this.rollUp(event.data.associationId, event.data.effectiveOn, { ...honour(event.data), movements: 1n }, occurrence);
      case 'FundBookOpened': return this.rollUp(this.homeOf(event.data.fundId), event.data.effectiveOn, { funds: 1n }, occurrence);
      case 'PrizeAwarded':
        this.rollUp(event.data.associationId, event.data.effectiveOn, honour(event.data), occurrence);
    }
    this.takeReading(occurrence);
  }

  /** A movement of a fund counts at the association that holds it. */
  private takeReading(occurrence: Occurrence): void {
    const { event, reading } = occurrence;
    if (!reading || !('fundId' in event.data) || !('effectiveOn' in event.data)) return;
    const { fundId, effectiveOn: day } = event.data;
    const { flows, transit, between } = reading;
    const changes: Changes = { movements: isFollowUp(event) ? 0n : 1n };
    for (const flow in flows) if (flow !== 'awarded' && COUNTED.has(flow)) changes[flow] = flows[flow as Flow] ?? 0n;
    if (flows.awarded !== undefined) changes['amount_awarded'] = flows.awarded;
    if (transit?.fundId === fundId) changes['in_transit'] = transit.amount;
    this.rollUp(this.homeOf(fundId), day, changes, occurrence);
    if (transit && transit.fundId !== fundId) this.rollUp(this.homeOf(transit.fundId), day, { in_transit: transit.amount }, occurrence);
    if (between) this.eliminate(fundId, between.otherFundId, day, { [`eliminated_${between.direction}`]: between.amount }, occurrence);
  }

  private homeOf(fundId: string): string {
    return this.parts.directory.fund(fundId).associationId;
  }

  private rollUp(associationId: string, day: string, changes: Changes, { position }: Occurrence): void {
    const { directory, keyed } = this.parts;
    const dayAndBlock = pairOf(day, blockOf(position));
    this.changes.add([associationId, day], changes);
    keyed.add('associationDay', associationId, pairOf('false', dayAndBlock), changes, position);
    const within = pairOf('true', dayAndBlock);
    for (const above of directory.pathOf(associationId)) keyed.add('associationDay', above, within, changes, position);
  }

  /** Within a total that holds both funds a transfer cancels out. */
  private eliminate(fundId: string, otherFundId: string, day: string, changes: Changes, { position }: Occurrence): void {
    const { directory, keyed } = this.parts;
    const dayAndBlock = pairOf(day, blockOf(position));
    const [own, other] = [this.homeOf(fundId), this.homeOf(otherFundId)];
    this.changes.add([own, day], changes, other);
    if (own === other) keyed.add('associationDay', own, pairOf('false', dayAndBlock), changes, position);
    const otherPath = new Set(directory.pathOf(other));
    for (const above of directory.pathOf(own)) if (otherPath.has(above)) keyed.add('associationDay', above, pairOf('true', dayAndBlock), changes, position);
  }

  /** So many members from a day on until another day says otherwise: each day has what it adds to the day counted before. */
  private count(associationId: string, day: string, members: number, occurrence: Occurrence): void {
    this.parts.logged.expect('memberCount', [occurrence.position, associationId, day, members], occurrence);
    let counted = this.counts.get(associationId);
    if (!counted) this.counts.set(associationId, (counted = new Map()));
    const days = [...counted.keys()].sort();
    const more = BigInt(members) - (counted.get(days.findLast((one) => one <= day) ?? '') ?? 0n);
    const following = days.find((one) => one > day);
    counted.set(day, BigInt(members));
    if (more === 0n) return;
    this.rollUp(associationId, day, { members: more }, occurrence);
    if (following !== undefined) this.rollUp(associationId, following, { members: -more }, occurrence);
  }
}

function honour(data: { readonly recipientKind: string; readonly awardKind: string }): Changes {
  return {
    [data.recipientKind === 'group' ? 'awards_to_groups' : 'awards_to_individuals']: 1n,
    ...(data.awardKind === 'certificate_of_merit' ? { certificates_of_merit: 1n } : {}),
  };
}

/** A transfer, and the adjustment of one, is one movement: counted where it was decided. */
function isFollowUp(event: Occurrence['event']): boolean {
  return event.type === 'TransferReceived' || (event.type === 'TransferAdjusted' && !event.data.leads);
}
