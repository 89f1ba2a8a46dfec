import type { EventPlace } from '../differences.js';
import type { DataOf, FundOpened } from '../log/directory.js';
import type { AssociationEvent } from '@ledger/fund-ledger';
import type { FoldParts, Occurrence, ReadModelFold } from './read-model-fold.js';

interface Dated<Value> { readonly on: string | undefined; readonly value: Value }
interface Association { readonly data: DataOf<AssociationEvent, 'AssociationRegistered'>; name: Dated<string>; members: Dated<number>; place: EventPlace }
interface Fund { readonly data: FundOpened; name: Dated<string>; place: EventPlace }

/** What a person's row looks like once the person is erased is decided when all events are known. */
export class RegistryFold implements ReadModelFold {
  readonly projection = 'registry';
  private readonly associations = new Map<string, Association>();
  private readonly funds = new Map<string, Fund>();
  readonly erased = new Map<string, EventPlace>();
  readonly cancelled = new Map<string, { readonly day: string; readonly place: EventPlace }>();

  constructor(private readonly parts: FoldParts) {}

  take(occurrence: Occurrence): void {
    const { directory, keyed } = this.parts;
    const { event, place } = occurrence;
    switch (event.type) {
      case 'AssociationRegistered':
        this.associations.set(event.data.associationId, { data: event.data, name: { on: undefined, value: event.data.name }, members: { on: undefined, value: event.data.members }, place });
        return;
      case 'AssociationRenamed': case 'MembersCounted': return this.changed(event, place);
      case 'FundOpened': this.funds.set(event.data.fundId, { data: event.data, name: { on: undefined, value: event.data.name }, place }); return;
      case 'FundRenamed': {
        const fund = this.funds.get(event.data.fundId);
        if (fund && isNews(fund.name, event.data.effectiveOn)) Object.assign(fund, { name: { on: event.data.effectiveOn, value: event.data.name }, place });
        return;
      }
      case 'CampaignLaunched': {
        const { campaignId, code, associationId, name, startsOn, endsOn, target } = event.data;
        return keyed.row('campaign', [campaignId, this.rootOf(associationId), code, associationId, name, startsOn, endsOn, target], place);
      }
      case 'ScholarshipProgramEstablished': {
        const { programId, code, fundId, name, partner } = event.data;
        return keyed.row('program', [programId, directory.fund(fundId).rootCode, code, fundId, name, partner], place);
      }
      case 'PledgeMade': {
        const { pledgeId, code, donorId, fundId, campaignId, amount, effectiveOn, dueOn } = event.data;
        return keyed.row('pledge', [pledgeId, directory.fund(fundId).rootCode, code, donorId, fundId, campaignId, amount, effectiveOn, dueOn, null], place);
      }
      case 'PledgeCancelled': this.cancelled.set(event.data.pledgeId, { day: event.data.effectiveOn, place }); return;
      case 'DonorRegistered': {
        const { donorId, rootCode, code, kind, name, sealed } = event.data;
        return keyed.row('donor', [donorId, rootCode, code, kind, name, sealed, [], false], place);
      }
      case 'BeneficiaryRegistered': {
        const { beneficiaryId, rootCode, code, kind, name, sealed, associationId, school } = event.data;
        return keyed.row('beneficiary', [beneficiaryId, rootCode, code, kind, name, sealed, [], associationId, school, false], place);
      }
      case 'PersonErased': this.erased.set(event.data.personId, place);
    }
  }

  private rootOf(associationId: string): string | undefined {
    return this.associations.get(associationId)?.data.rootCode;
  }

  private changed(event: Extract<AssociationEvent, { type: 'AssociationRenamed' | 'MembersCounted' }>, place: EventPlace): void {
    const association = this.associations.get(event.data.associationId);
    if (!association) return;
    const on = event.data.effectiveOn;
    if (event.type === 'AssociationRenamed') {
      if (isNews(association.name, on)) Object.assign(association, { name: { on, value: event.data.name }, place });
    } else if (isNews(association.members, on)) Object.assign(association, { members: { on, value: event.data.members }, place });
  }

  finish(): void {
    const { directory, keyed } = this.parts;
    for (const { data, name, members, place } of this.associations.values())
      keyed.row('association', [data.associationId, data.rootCode, data.code, data.rootId, data.parentId, name.value, data.level, members.value, data.establishedOn, directory.pathOf(data.associationId), name.on, members.on], place);
    for (const { data, name, place } of this.funds.values())
      keyed.row('fund', [data.fundId, data.rootCode, data.code, data.associationId, name.value, data.restriction, data.purpose, data.openedOn, directory.pathOf(data.associationId), name.on], place);
  }
}

/** Of several values the one of the latest day holds, of one day the one told last. */
function isNews(present: Dated<unknown>, on: string): boolean {
  return present.on === undefined || on >= present.on;
}
