import type { RecordedEvent } from '@ledger/kernel';
import type { AssociationEvent, FundBookEvent, FundEvent, MobilisationEvent, PledgeEvent } from '@ledger/fund-ledger';
import type { Projection, Transaction } from '@ledger/projection-runtime';
import { countedFromBook, countedFromMobilisation, countedFromPledge } from './changes.js';
import type { Counted } from './changes.js';
import { recordCounts } from './member-counts.js';
import type { MemberCount } from './member-counts.js';
import { rollUp } from './roll-up.js';
import { homes, pledges, tables, tree, views } from './tables.js';

export const ASSOCIATION_TOTALS = 'association-totals';

type Taken = FundBookEvent | MobilisationEvent | PledgeEvent | Extract<FundEvent, { type: 'FundOpened' }> | Exclude<AssociationEvent, { type: 'AssociationRenamed' }>;

const HANDLES: readonly Taken['type'][] = [
  'AssociationRegistered', 'MembersCounted', 'FundOpened', 'FundBookOpened', 'DonationReceived', 'ScholarshipAwarded', 'InstalmentPaid',
  'ScholarshipRevoked', 'PrizeAwarded', 'DisbursementPaid', 'MovedBetweenAccounts', 'TransferSent', 'TransferReceived', 'VoucherAdjusted',
  'TransferAdjusted', 'InterestCredited', 'BankFeeCharged', 'EndowmentAdded', 'DirectSupportReported', 'HonourConferred', 'PledgeMade', 'PledgeCancelled',
];

/** What each association mobilised, spent and honoured, alone and with all units below it, day by day. */
export const associationTotalsProjection: Projection = { name: ASSOCIATION_TOTALS, version: 1, handles: HANDLES, tables, views, project };

interface Sorted {
  readonly units: { readonly id: string; readonly parentId: string | undefined }[];
  readonly homes: { readonly fund_id: string; readonly association_id: string }[];
  readonly counts: MemberCount[];
  readonly pledges: { readonly pledge_id: string; readonly fund_id: string; readonly amount: string }[];
  readonly cancelled: { readonly pledgeId: string; readonly day: string }[];
  readonly counted: Counted[];
}

async function project(batch: readonly RecordedEvent[], transaction: Transaction, schema: string): Promise<void> {
  const sorted: Sorted = { units: [], homes: [], counts: [], pledges: [], cancelled: [], counted: [] };
  for (const recorded of batch) sort(sorted, recorded as unknown as Taken, recorded.position);
  await tree.add(transaction, schema, sorted.units);
  await homes.add(transaction, schema, sorted.homes);
  await pledges.add(transaction, schema, sorted.pledges);
  const steps = await recordCounts(transaction, schema, sorted.counts);
  const counted = [
    ...sorted.counted,
    ...steps.map((step): Counted => ({ at: { associationId: step.associationId }, day: step.day, changes: { members: step.step } })),
    ...(await cancellations(transaction, schema, sorted.cancelled)),
  ];
  await rollUp(transaction, schema, counted);
}

function sort(sorted: Sorted, event: Taken, position: bigint): void {
  switch (event.type) {
    case 'AssociationRegistered': {
      // One that does not say since when it exists counts from the first day on.
      const { associationId, parentId, members, establishedOn: day = '0001-01-01' } = event.data;
      sorted.units.push({ id: associationId, parentId });
      sorted.counts.push({ associationId, day, position, members });
      sorted.counted.push({ at: { associationId }, day, changes: { units: 1n } });
      return;
    }
    case 'MembersCounted': sorted.counts.push({ associationId: event.data.associationId, day: event.data.effectiveOn, position, members: event.data.members }); return;
    case 'FundOpened': sorted.homes.push({ fund_id: event.data.fundId, association_id: event.data.associationId }); return;
    case 'PledgeMade':
      sorted.pledges.push({ pledge_id: event.data.pledgeId, fund_id: event.data.fundId, amount: event.data.amount });
      sorted.counted.push(countedFromPledge(event.data));
      return;
    case 'PledgeCancelled': sorted.cancelled.push({ pledgeId: event.data.pledgeId, day: event.data.effectiveOn }); return;
    case 'DirectSupportReported':
    case 'HonourConferred': sorted.counted.push(countedFromMobilisation(event)); return;
    default: sorted.counted.push(...countedFromBook(event));
  }
}

async function cancellations(transaction: Transaction, schema: string, cancelled: Sorted['cancelled']): Promise<Counted[]> {
  const made = await pledges.find(transaction, schema, cancelled.map((one) => one.pledgeId));
  return cancelled.map(({ pledgeId, day }) => ({ at: { fundId: made(pledgeId).fund_id }, day, changes: { pledges_cancelled: BigInt(made(pledgeId).amount), movements: 1n } }));
}
