import type { RecordedEvent } from '@ledger/kernel';
import { EVENT_TYPES } from '@ledger/fund-ledger';
import type { AssociationEvent, FundBookEvent, FundEvent, PledgeEvent } from '@ledger/fund-ledger';
import { columnArrays, insertRows, unnested } from '@ledger/projection-runtime';
import type { Cell, Projection, Transaction } from '@ledger/projection-runtime';
import { PLEDGE_COLUMNS, RECEIPT_COLUMNS, homes, indexes, known, tables, tree, views } from './tables.js';

export const PLEDGES = 'pledges';

type Taken = PledgeEvent | Extract<AssociationEvent, { type: 'AssociationRegistered' }> | Extract<FundEvent, { type: 'FundOpened' }> | Extract<FundBookEvent, { type: 'DonationReceived' | 'VoucherAdjusted' }>;
type Made = Extract<PledgeEvent, { type: 'PledgeMade' }>['data'] & { readonly position: bigint };

/** What was promised, what of it came in, and what is outstanding or overdue as of any day. Every event, to tell what was known when. */
export const pledgesProjection: Projection = { name: PLEDGES, version: 1, handles: EVENT_TYPES, tables, indexes, views, project };

interface Sorted {
  readonly units: { readonly id: string; readonly parentId: string | undefined }[];
  readonly homes: { readonly fund_id: string; readonly association_id: string; readonly root_code: string }[];
  readonly made: Made[];
  readonly receipts: Cell[][];
  readonly cancelled: Cell[][];
}

async function project(batch: readonly RecordedEvent[], transaction: Transaction, schema: string): Promise<void> {
  await known.add(transaction, schema, batch);
  const sorted: Sorted = { units: [], homes: [], made: [], receipts: [], cancelled: [] };
  for (const recorded of batch) sort(sorted, recorded as unknown as Taken, recorded.position);
  await tree.add(transaction, schema, sorted.units);
  await homes.add(transaction, schema, sorted.homes);
  await addPledges(transaction, schema, sorted.made);
  await insertRows(transaction, `${schema}.receipt`, RECEIPT_COLUMNS, sorted.receipts);
  await cancel(transaction, schema, sorted.cancelled);
}

function sort(sorted: Sorted, event: Taken, position: bigint): void {
  switch (event.type) {
    case 'AssociationRegistered': sorted.units.push({ id: event.data.associationId, parentId: event.data.parentId }); return;
    case 'FundOpened': sorted.homes.push({ fund_id: event.data.fundId, association_id: event.data.associationId, root_code: event.data.rootCode }); return;
    case 'PledgeMade': sorted.made.push({ ...event.data, position }); return;
    case 'PledgeCancelled': sorted.cancelled.push([event.data.pledgeId, event.data.effectiveOn, position]); return;
    case 'DonationReceived':
      if (event.data.pledgeId !== undefined) sorted.receipts.push([event.data.pledgeId, position, event.data.effectiveOn, event.data.amount]);
      return;
    case 'VoucherAdjusted':
      if (event.data.pledgeId !== undefined && event.data.adjusts.kind === 'receipt') sorted.receipts.push([event.data.pledgeId, position, event.data.effectiveOn, event.data.delta]);
  }
}

async function addPledges(transaction: Transaction, schema: string, made: readonly Made[]): Promise<void> {
  if (made.length === 0) return;
  const homeOf = await homes.find(transaction, schema, made.map((one) => one.fundId));
  const paths = await tree.paths(transaction, schema, made.map((one) => homeOf(one.fundId).association_id));
  await insertRows(transaction, `${schema}.pledge`, PLEDGE_COLUMNS, made.map((one) => {
    const { association_id: associationId, root_code: rootCode } = homeOf(one.fundId);
    return [one.pledgeId, rootCode, one.code, one.donorId, one.fundId, associationId, one.campaignId, paths.of(associationId), one.amount, one.effectiveOn, one.dueOn, one.position];
  }));
}

async function cancel(transaction: Transaction, schema: string, cancelled: readonly Cell[][]): Promise<void> {
  if (cancelled.length === 0) return;
  const columns = { id: 'uuid', day: 'date', position: 'bigint' };
  const source = unnested(columns);
  const found = await transaction.query(
    `UPDATE ${schema}.pledge AS p SET cancelled_on = c.day, cancelled_position = c.position FROM (SELECT ${source.select} FROM ${source.from}) AS c WHERE p.pledge_id = c.id RETURNING p.pledge_id`,
    columnArrays(columns, cancelled));
  if (found.length < cancelled.length) throw new Error('a pledge is cancelled and was never made');
}
