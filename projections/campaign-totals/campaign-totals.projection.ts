import type { RecordedEvent } from '@ledger/kernel';
import { EVENT_TYPES } from '@ledger/fund-ledger';
import type { CampaignEvent, FundBookEvent, PledgeEvent } from '@ledger/fund-ledger';
import { amountOf, insertRows } from '@ledger/projection-runtime';
import type { Amount, Changes, Projection, Transaction } from '@ledger/projection-runtime';
import { CHANGE_COLUMNS, MEASURES, campaignDay, indexes, known, pledges, tables, views } from './tables.js';
import type { Measure } from './tables.js';

export const CAMPAIGN_TOTALS = 'campaign-totals';

type Taken = CampaignEvent | PledgeEvent | Extract<FundBookEvent, { type: 'DonationReceived' | 'VoucherAdjusted' }>;

/** What each campaign was promised and received, day by day. Every event, to tell what was known when. */
export const campaignTotalsProjection: Projection = { name: CAMPAIGN_TOTALS, version: 1, handles: EVENT_TYPES, tables, indexes, views, project };

/** By how much an event changes a campaign on a day. */
interface Change {
  readonly campaignId: string;
  readonly position: bigint;
  readonly day: string;
  readonly changes: Changes<Measure>;
}

type Cancelled = Extract<PledgeEvent, { type: 'PledgeCancelled' }>['data'] & { readonly position: bigint };
interface Sorted {
  readonly campaigns: [string, string, string][];
  readonly pledges: { readonly pledge_id: string; readonly campaign_id: string; readonly amount: string }[];
  readonly cancelled: Cancelled[];
  readonly changes: Change[];
}

async function project(batch: readonly RecordedEvent[], transaction: Transaction, schema: string): Promise<void> {
  await known.add(transaction, schema, batch);
  const sorted: Sorted = { campaigns: [], pledges: [], cancelled: [], changes: [] };
  for (const recorded of batch) sort(sorted, recorded as unknown as Taken, recorded.position);
  await insertRows(transaction, `${schema}.campaign`, { campaign_id: 'uuid', association_id: 'uuid', code: 'text' }, sorted.campaigns);
  await pledges.add(transaction, schema, sorted.pledges);
  const changes = [...sorted.changes, ...(await cancellations(transaction, schema, sorted.cancelled))];
  const perDay = campaignDay.collect();
  for (const change of changes) perDay.add([change.campaignId, change.day], change.changes);
  await campaignDay.add(transaction, schema, perDay);
  await insertRows(transaction, `${schema}.change`, CHANGE_COLUMNS,
    changes.map((change) => [change.campaignId, change.position, change.day, ...MEASURES.map((measure) => change.changes.find(([one]) => one === measure)?.[1] ?? 0)]));
}

function sort(sorted: Sorted, event: Taken, position: bigint): void {
  switch (event.type) {
    case 'CampaignLaunched': sorted.campaigns.push([event.data.campaignId, event.data.associationId, event.data.code]); return;
    case 'PledgeMade': {
      const { pledgeId, campaignId, amount, effectiveOn: day } = event.data;
      if (campaignId === undefined) return;
      sorted.pledges.push({ pledge_id: pledgeId, campaign_id: campaignId, amount });
      sorted.changes.push({ campaignId, position, day, changes: [['pledged', amountOf(amount)], ['pledges', 1]] });
      return;
    }
    case 'PledgeCancelled': sorted.cancelled.push({ ...event.data, position }); return;
    case 'DonationReceived': {
      const { campaignId, account, amount, effectiveOn: day } = event.data;
      if (campaignId !== undefined) sorted.changes.push({ campaignId, position, day, changes: [received(account, amountOf(amount)), ['donations', 1]] });
      return;
    }
    case 'VoucherAdjusted': {
      const { campaignId, adjusts, account, delta, effectiveOn: day } = event.data;
      if (campaignId !== undefined && adjusts.kind === 'receipt') sorted.changes.push({ campaignId, position, day, changes: [received(account, amountOf(delta))] });
    }
  }
}

function received(account: 'cash' | 'bank' | 'goods', amount: Amount): Changes<Measure>[number] {
  return [account === 'goods' ? 'received_in_kind' : 'received_money', amount];
}

/** A pledge outside any campaign is in no row of ours. */
async function cancellations(transaction: Transaction, schema: string, cancelled: readonly Cancelled[]): Promise<Change[]> {
  const made = await pledges.known(transaction, schema, cancelled.map((one) => one.pledgeId));
  return cancelled.flatMap(({ pledgeId, effectiveOn: day, position }) => {
    const pledge = made.get(pledgeId);
    return pledge ? [{ campaignId: pledge.campaign_id, position, day, changes: [['pledges_cancelled', amountOf(pledge.amount)]] }] : [];
  });
}
