import type { RecordedEvent } from '@ledger/kernel';
import type { AssociationEvent, FundBookEvent, FundEvent, PledgeEvent } from '@ledger/fund-ledger';
import { insertRows } from '@ledger/projection-runtime';
import type { Projection, Transaction } from '@ledger/projection-runtime';
import { changesOf, pledgeMade } from './changes.js';
import type { FundChange } from './changes.js';
import { fundDay, fundTotal, pledges, tables, tree, views } from './tables.js';

export const FUND_BALANCES = 'fund-balances';

type Taken = FundBookEvent | Extract<FundEvent, { type: 'FundOpened' }> | PledgeEvent | Extract<AssociationEvent, { type: 'AssociationRegistered' }>;

const HANDLES: readonly Taken['type'][] = [
  'AssociationRegistered', 'FundOpened', 'FundBookOpened', 'DonationReceived', 'ScholarshipAwarded', 'InstalmentPaid', 'ScholarshipRevoked',
  'PrizeAwarded', 'DisbursementPaid', 'MovedBetweenAccounts', 'TransferSent', 'TransferReceived', 'VoucherAdjusted', 'TransferAdjusted',
  'InterestCredited', 'BankFeeCharged', 'EndowmentAdded', 'PledgeMade', 'PledgeCancelled',
];

/** What each fund holds, has promised and has seen flow, per day and in all. */
export const fundBalancesProjection: Projection = { name: FUND_BALANCES, version: 1, handles: HANDLES, tables, views, project };

interface Sorted {
  readonly units: { readonly id: string; readonly parentId: string | undefined }[];
  readonly funds: { readonly fundId: string; readonly associationId: string; readonly code: string }[];
  readonly pledges: { readonly pledge_id: string; readonly fund_id: string; readonly amount: string }[];
  readonly cancelled: { readonly pledgeId: string; readonly day: string }[];
  readonly changes: FundChange[];
}

async function project(batch: readonly RecordedEvent[], transaction: Transaction, schema: string): Promise<void> {
  const sorted = sort(batch);
  await tree.add(transaction, schema, sorted.units);
  await addFunds(transaction, schema, sorted.funds);
  await pledges.add(transaction, schema, sorted.pledges);
  const changes = [...sorted.changes, ...(await cancellations(transaction, schema, sorted.cancelled))];
  const perDay = fundDay.collect();
  const inAll = fundTotal.collect();
  for (const fund of sorted.funds) inAll.add([fund.fundId], {});
  for (const change of changes) {
    perDay.add([change.fundId, change.day], change.changes);
    inAll.add([change.fundId], change.changes);
  }
  await fundDay.add(transaction, schema, perDay);
  await fundTotal.add(transaction, schema, inAll);
}

function sort(batch: readonly RecordedEvent[]): Sorted {
  const sorted: Sorted = { units: [], funds: [], pledges: [], cancelled: [], changes: [] };
  for (const recorded of batch) {
    const event = recorded as unknown as Taken;
    switch (event.type) {
      case 'AssociationRegistered': sorted.units.push({ id: event.data.associationId, parentId: event.data.parentId }); break;
      case 'FundOpened': sorted.funds.push(event.data); break;
      case 'PledgeMade':
        sorted.pledges.push({ pledge_id: event.data.pledgeId, fund_id: event.data.fundId, amount: event.data.amount });
        sorted.changes.push(pledgeMade(event.data));
        break;
      case 'PledgeCancelled': sorted.cancelled.push({ pledgeId: event.data.pledgeId, day: event.data.effectiveOn }); break;
      default: sorted.changes.push(...changesOf(event));
    }
  }
  return sorted;
}

async function addFunds(transaction: Transaction, schema: string, funds: Sorted['funds']): Promise<void> {
  if (funds.length === 0) return;
  const paths = await tree.paths(transaction, schema, funds.map((fund) => fund.associationId));
  const rows = funds.map((fund) => [fund.fundId, fund.associationId, paths.of(fund.associationId), fund.code] as const);
  await insertRows(transaction, `${schema}.fund`, { fund_id: 'uuid', association_id: 'uuid', under: 'uuid[]', code: 'text' }, rows);
}

async function cancellations(transaction: Transaction, schema: string, cancelled: Sorted['cancelled']): Promise<FundChange[]> {
  const made = await pledges.find(transaction, schema, cancelled.map((one) => one.pledgeId));
  return cancelled.map(({ pledgeId, day }) => ({ fundId: made(pledgeId).fund_id, day, changes: { pledges_cancelled: BigInt(made(pledgeId).amount) } }));
}
