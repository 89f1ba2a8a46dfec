import type { RecordedEvent } from '@ledger/kernel';
import { EVENT_TYPES, isEventOf } from '@ledger/fund-ledger';
import type { AssociationEvent, FundBookEvent, FundEvent, Restriction } from '@ledger/fund-ledger';
import { insertRows } from '@ledger/projection-runtime';
import type { Cell, Projection, Transaction } from '@ledger/projection-runtime';
import { postingsOf } from './postings.js';
import { CREDIT, DEBIT, FUND_COLUMNS, POSTING_COLUMNS, accountDay, indexes, known, tables, tree, views } from './tables.js';

export const JOURNAL = 'journal';

type Registered = Extract<AssociationEvent, { type: 'AssociationRegistered' }>['data'];
type Opened = Extract<FundEvent, { type: 'FundOpened' }>['data'];

/** Double entries for everything that moves in a fund. Every event, to tell what was known when. */
export const journalProjection: Projection = { name: JOURNAL, version: 2, handles: EVENT_TYPES, tables, indexes, views, project };

async function project(batch: readonly RecordedEvent[], transaction: Transaction, schema: string): Promise<void> {
  await known.add(transaction, schema, batch);
  const of = <Data>(type: string): Data[] => batch.filter((event) => event.type === type).map((event) => event.data as unknown as Data);
  await tree.add(transaction, schema, of<Registered>('AssociationRegistered').map((one) => ({ id: one.associationId, parentId: one.parentId })));
  await addFunds(transaction, schema, of<Opened>('FundOpened'));
  const booked = batch.filter((event) => isEventOf('fundBook', event.type)) as unknown as (RecordedEvent & FundBookEvent)[];
  const restrictionOf = await restrictions(transaction, schema, booked);
  const rows: Cell[][] = [];
  const sums = accountDay.collect();
  for (const event of booked) {
    const { fundId, effectiveOn: day, voucher, externalReference } = event.data;
    for (const [line, { debit, credit, amount }] of postingsOf(event, restrictionOf(fundId)).entries()) {
      rows.push([fundId, day, event.position, line, debit, credit, amount, event.type, voucher.kind, voucher.year, voucher.number, externalReference]);
      sums.add([fundId, day], [[DEBIT[debit], amount], [CREDIT[credit], amount]]);
    }
  }
  await insertRows(transaction, `${schema}.posting`, POSTING_COLUMNS, rows);
  await accountDay.add(transaction, schema, sums);
}

async function addFunds(transaction: Transaction, schema: string, opened: readonly Opened[]): Promise<void> {
  const paths = await tree.paths(transaction, schema, opened.map((one) => one.associationId));
  await insertRows(transaction, `${schema}.fund`, FUND_COLUMNS, opened.map((one) => [one.fundId, one.associationId, paths.of(one.associationId), one.code, one.restriction]));
}

async function restrictions(transaction: Transaction, schema: string, booked: readonly FundBookEvent[]): Promise<(fundId: string) => Restriction> {
  const ids = [...new Set(booked.map((event) => event.data.fundId))];
  const rows = ids.length === 0 ? [] : await transaction.query<{ fund_id: string; restriction: Restriction }>(`SELECT fund_id, restriction FROM ${schema}.fund WHERE fund_id = ANY($1::uuid[])`, [ids]);
  const known = new Map(rows.map((row) => [row.fund_id, row.restriction]));
  return (fundId) => {
    const restriction = known.get(fundId);
    if (!restriction) throw new Error(`fund ${fundId} is booked to and was never opened`);
    return restriction;
  };
}
