import type { AssociationEvent } from './association/events.js';
import type { BeneficiaryEvent } from './beneficiary/events.js';
import type { CampaignEvent } from './campaign/events.js';
import type { DonorEvent } from './donor/events.js';
import type { FundBookEvent } from './fund-book/events.js';
import type { FundEvent } from './fund/events.js';
import type { MobilisationEvent } from './mobilisation/events.js';
import type { PledgeEvent } from './pledge/events.js';
import type { ScholarshipProgramEvent } from './scholarship-program/events.js';

export interface EventsByAggregate {
  readonly association: AssociationEvent;
  readonly fund: FundEvent;
  readonly fundBook: FundBookEvent;
  readonly mobilisation: MobilisationEvent;
  readonly pledge: PledgeEvent;
  readonly campaign: CampaignEvent;
  readonly scholarshipProgram: ScholarshipProgramEvent;
  readonly donor: DonorEvent;
  readonly beneficiary: BeneficiaryEvent;
}

/** Also the category of the aggregate's streams: `{aggregate}-{id}`. */
export type AggregateName = keyof EventsByAggregate;
export type LedgerEvent = EventsByAggregate[AggregateName];

type TypesOf<Name extends AggregateName> = Readonly<Record<EventsByAggregate[Name]['type'], true>>;

/** Every stored type by the aggregate whose streams hold it; the compiler knows when one is missing. */
const TYPES: { readonly [Name in AggregateName]: TypesOf<Name> } = {
  association: { AssociationRegistered: true, AssociationRenamed: true, MembersCounted: true },
  fund: { FundOpened: true, FundRenamed: true },
  fundBook: {
    FundBookOpened: true, DonationReceived: true, ScholarshipAwarded: true, InstalmentPaid: true, ScholarshipRevoked: true, PrizeAwarded: true,
    DisbursementPaid: true, MovedBetweenAccounts: true, TransferSent: true, TransferReceived: true, VoucherAdjusted: true, TransferAdjusted: true,
    InterestCredited: true, BankFeeCharged: true, EndowmentAdded: true, BooksClosed: true,
  },
  mobilisation: { DirectSupportReported: true, HonourConferred: true },
  pledge: { PledgeMade: true, PledgeCancelled: true },
  campaign: { CampaignLaunched: true },
  scholarshipProgram: { ScholarshipProgramEstablished: true },
  donor: { DonorRegistered: true, PersonErased: true },
  beneficiary: { BeneficiaryRegistered: true, PersonErased: true },
};

export const AGGREGATES = Object.keys(TYPES) as readonly AggregateName[];

export function isAggregate(name: string): name is AggregateName {
  return Object.hasOwn(TYPES, name);
}

export function eventTypesOf(aggregate: AggregateName): readonly string[] {
  return Object.keys(TYPES[aggregate]);
}

/** Every stored type there is. */
export const EVENT_TYPES: readonly string[] = [...new Set(AGGREGATES.flatMap(eventTypesOf))];

/** Whether the aggregate's streams may hold an event of that type. */
export function isEventOf(aggregate: AggregateName, type: string): boolean {
  return Object.hasOwn(TYPES[aggregate], type);
}
