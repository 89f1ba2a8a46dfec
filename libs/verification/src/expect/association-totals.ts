import { ASSOCIATION_MEASURES } from '../tables.js';
import type { EventPlace } from '../differences.js';
import type { FoldParts, Occurrence, ReadModelFold } from './read-model-fold.js';

type Changes = Record<string, bigint>;

interface MemberCount { readonly day: string; readonly position: bigint; readonly members: bigint; readonly place: EventPlace }

/** An association that does not say since when it exists has done so from the first day on. */
const FROM_THE_BEGINNING = '0001-01-01';
const COUNTED = new Set<string>(ASSOCIATION_MEASURES);

/** What each association mobilised, spent and honoured, alone and with all units below it, day by day. */
export class AssociationTotalsFold implements ReadModelFold {
  readonly projection = 'association-totals';
  private readonly counts = new Map<string, MemberCount[]>();

  constructor(private readonly parts: FoldParts) {}

  take(occurrence: Occurrence): void {
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
    const { flows: { awarded, ...flows }, transit, between } = reading;
    const changes: Changes = { movements: isFollowUp(event) ? 0n : 1n };
    for (const [flow, amount] of Object.entries(flows)) if (COUNTED.has(flow)) changes[flow] = amount;
    if (awarded !== undefined) changes['amount_awarded'] = awarded;
    if (transit?.fundId === fundId) changes['in_transit'] = transit.amount;
    this.rollUp(this.homeOf(fundId), day, changes, occurrence);
    if (transit && transit.fundId !== fundId) this.rollUp(this.homeOf(transit.fundId), day, { in_transit: transit.amount }, occurrence);
    if (between) this.eliminate(fundId, between.otherFundId, day, { [`eliminated_${between.direction}`]: between.amount }, occurrence);
  }

  private homeOf(fundId: string): string {
    return this.parts.directory.fund(fundId).associationId;
  }

  private rollUp(associationId: string, day: string, changes: Changes, { place, position }: Occurrence): void {
    const { directory, keyed } = this.parts;
    keyed.add('associationDay', [associationId, 'false', day], changes, place, position);
    for (const above of directory.pathOf(associationId)) keyed.add('associationDay', [above, 'true', day], changes, place, position);
  }

  /** Within a total that holds both funds a transfer cancels out. */
  private eliminate(fundId: string, otherFundId: string, day: string, changes: Changes, { place, position }: Occurrence): void {
    const { directory, keyed } = this.parts;
    const [own, other] = [this.homeOf(fundId), this.homeOf(otherFundId)];
    if (own === other) keyed.add('associationDay', [own, 'false', day], changes, place, position);
    const otherPath = new Set(directory.pathOf(other));
    for (const above of directory.pathOf(own)) if (otherPath.has(above)) keyed.add('associationDay', [above, 'true', day], changes, place, position);
  }

  private count(associationId: string, day: string, members: number, occurrence: Occurrence): void {
    const { position, place } = occurrence;
    this.parts.logged.expect('memberCount', [position, associationId, day, members], occurrence);
    const counts = this.counts.get(associationId);
    const count = { day, position, members: BigInt(members), place };
    if (counts) counts.push(count);
    else this.counts.set(associationId, [count]);
  }

  /** So many members from a day on until another day says otherwise; of two counts for one day the later recorded holds. */
  finish(): void {
    for (const [associationId, counts] of this.counts) {
      const byDay = new Map(counts.map((count) => [count.day, count]));
      let before = 0n;
      for (const { day, members, place, position } of [...byDay.values()].sort((a, b) => (a.day < b.day ? -1 : 1))) {
        const step = { members: members - before };
        before = members;
        this.parts.keyed.add('associationDay', [associationId, 'false', day], step, place, position);
        for (const above of this.parts.directory.pathOf(associationId)) this.parts.keyed.add('associationDay', [above, 'true', day], step, place, position);
      }
    }
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
