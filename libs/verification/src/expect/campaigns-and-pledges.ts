import { RecordHighs, type FoldParts, type Occurrence, type ReadModelFold } from './read-model-fold.js';
import type { EventPlace } from '../differences.js';

/** What a donation, or the adjustment of one, brought in and for what. */
interface Intake { readonly campaignId: string | undefined; readonly pledgeId: string | undefined; readonly day: string; readonly amount: bigint; readonly isInKind: boolean; readonly donations: bigint }

function intakeOf({ event }: Occurrence): Intake | undefined {
  if (event.type === 'DonationReceived') {
    const { campaignId, pledgeId, effectiveOn: day, account, amount } = event.data;
    return { campaignId, pledgeId, day, amount: BigInt(amount), isInKind: account === 'goods', donations: 1n };
  }
  if (event.type !== 'VoucherAdjusted' || event.data.adjusts.kind !== 'receipt') return undefined;
  const { campaignId, pledgeId, effectiveOn: day, account, delta } = event.data;
  return { campaignId, pledgeId, day, amount: BigInt(delta), isInKind: account === 'goods', donations: 0n };
}

/** What each campaign was promised and received, day by day and change by change. */
export class CampaignTotalsFold implements ReadModelFold {
  readonly projection = 'campaign-totals';
  private readonly highs: RecordHighs;

  constructor(private readonly parts: FoldParts) {
    this.highs = new RecordHighs('campaignKnown', parts.logged);
  }

  take(occurrence: Occurrence): void {
    this.highs.note(occurrence);
    const { event, place } = occurrence;
    if (event.type === 'CampaignLaunched') return this.parts.keyed.row('campaignHome', [event.data.campaignId, event.data.associationId, event.data.code], place);
    if (event.type === 'PledgeMade' && event.data.campaignId !== undefined) {
      const { pledgeId, campaignId, amount, effectiveOn } = event.data;
      this.parts.keyed.row('campaignPledge', [pledgeId, campaignId, amount], place);
      return this.change(campaignId, effectiveOn, { pledged: BigInt(amount), pledges: 1n }, occurrence);
    }
    if (event.type === 'PledgeCancelled') {
      const { campaignId, amount } = this.parts.directory.promise(event.data.pledgeId);
      return campaignId === undefined ? undefined : this.change(campaignId, event.data.effectiveOn, { pledges_cancelled: BigInt(amount) }, occurrence);
    }
    const intake = intakeOf(occurrence);
    if (intake?.campaignId === undefined) return;
    this.change(intake.campaignId, intake.day, { [intake.isInKind ? 'received_in_kind' : 'received_money']: intake.amount, donations: intake.donations }, occurrence);
  }

  private change(campaignId: string, day: string, changes: Readonly<Record<string, bigint>>, occurrence: Occurrence): void {
    const of = (measure: string): bigint => changes[measure] ?? 0n;
    this.parts.logged.expect('campaignChange', [
      occurrence.position, campaignId, day, of('pledged'), of('pledges_cancelled'), of('received_money'), of('received_in_kind'), of('pledges'), of('donations')], occurrence);
    this.parts.keyed.add('campaignDay', campaignId, day, changes, occurrence.position);
  }
}

/** What was promised and what of it came in. A pledge's cancelling is put into its row when all events are known. */
export class PledgesFold implements ReadModelFold {
  readonly projection = 'pledges';
  private readonly highs: RecordHighs;
  readonly cancelled = new Map<string, { readonly day: string; readonly position: bigint; readonly place: EventPlace }>();

  constructor(private readonly parts: FoldParts) {
    this.highs = new RecordHighs('promiseKnown', parts.logged);
  }

  take(occurrence: Occurrence): void {
    this.highs.note(occurrence);
    const { directory, keyed, logged } = this.parts;
    const { event, place, position } = occurrence;
    switch (event.type) {
      case 'AssociationRegistered': return keyed.row('promiseUnit', [event.data.associationId, directory.pathOf(event.data.associationId)], place);
      case 'FundOpened': return keyed.row('promiseHome', [event.data.fundId, event.data.associationId, event.data.rootCode], place);
      case 'PledgeMade': {
        const { pledgeId, code, donorId, fundId, campaignId, amount, effectiveOn, dueOn } = event.data;
        const { associationId, rootCode } = directory.fund(fundId);
        return keyed.row('promise', [pledgeId, rootCode, code, donorId, fundId, associationId, campaignId, directory.pathOf(associationId), amount, effectiveOn, dueOn, position, null, null], place);
      }
      case 'PledgeCancelled': this.cancelled.set(event.data.pledgeId, { day: event.data.effectiveOn, position, place }); return;
    }
    const intake = intakeOf(occurrence);
    if (intake?.pledgeId !== undefined) logged.expect('promiseReceipt', [position, intake.pledgeId, intake.day, intake.amount], occurrence);
  }
}
