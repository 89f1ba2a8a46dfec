import type { RecordedEvent } from '@ledger/kernel';
import { EVENT_TYPES, isEventOf } from '@ledger/fund-ledger';
import type { FundBookEvent, LedgerEvent } from '@ledger/fund-ledger';
import { amountOf, insertRows, knownBlockOf } from '@ledger/projection-runtime';
import type { Projection, Transaction } from '@ledger/projection-runtime';
import { changesOf, pledgeMade } from './changes.js';
import type { FundChange } from './changes.js';
import { fundChange, fundDay, fundTotal, indexes, known, pledges, tables, tree, views } from './tables.js';

export const FUND_BALANCES = 'fund-balances';

/** What each fund holds, has promised and has seen flow, per day and in all. Every event, to tell what was known when. */
export const fundBalancesProjection: Projection = { name: FUND_BALANCES, version: 3, handles: EVENT_TYPES, tables, indexes, views, project };

interface Opened { readonly fundId: string; readonly associationId: string; readonly code: string; readonly position: bigint }
type Told<Type extends LedgerEvent['type']> = Extract<LedgerEvent, { type: Type }>['data'];

async function project(batch: readonly RecordedEvent[], transaction: Transaction, schema: string): Promise<void> {
  const of = <Type extends LedgerEvent['type']>(type: Type): Told<Type>[] => batch.filter((event) => event.type === type).map((event) => event.data as unknown as Told<Type>);
  await known.add(transaction, schema, batch);
  await tree.add(transaction, schema, of('AssociationRegistered').map((one) => ({ id: one.associationId, parentId: one.parentId })));
  const funds = batch.filter((event) => event.type === 'FundOpened').map(({ data, position }): Opened => ({ ...(data as unknown as Told<'FundOpened'>), position }));
  await addFunds(transaction, schema, funds);
  await pledges.add(transaction, schema, of('PledgeMade').map((one) => ({ pledge_id: one.pledgeId, fund_id: one.fundId, amount: one.amount })));
  const promiseOf = await pledges.find(transaction, schema, of('PledgeCancelled').map((one) => one.pledgeId));
  const perDay = fundDay.collect();
  const inAll = fundTotal.collect();
  const perEvent = fundChange.collect();
  for (const fund of funds) inAll.add([fund.fundId], []);
  for (const recorded of batch) {
    const block = knownBlockOf(recorded.position);
    for (const { fundId, day, changes } of changesIn(recorded, promiseOf)) {
      perDay.add([fundId, day, block], changes);
      inAll.add([fundId], changes);
      perEvent.add(recorded.position, [fundId, day], changes);
    }
  }
  await fundDay.add(transaction, schema, perDay);
  await fundTotal.add(transaction, schema, inAll);
  await fundChange.add(transaction, schema, perEvent);
}

function changesIn(recorded: RecordedEvent, promiseOf: (pledgeId: string) => { readonly fund_id: string; readonly amount: string }): readonly FundChange[] {
  if (isEventOf('fundBook', recorded.type)) return changesOf(recorded as unknown as FundBookEvent);
  const event = recorded as unknown as LedgerEvent;
  if (event.type === 'PledgeMade') return [pledgeMade(event.data)];
  if (event.type !== 'PledgeCancelled') return [];
  const { fund_id: fundId, amount } = promiseOf(event.data.pledgeId);
  return [{ fundId, day: event.data.effectiveOn, changes: [['pledges_cancelled', amountOf(amount)]] }];
}

async function addFunds(transaction: Transaction, schema: string, funds: readonly Opened[]): Promise<void> {
  if (funds.length === 0) return;
  const paths = await tree.paths(transaction, schema, funds.map((fund) => fund.associationId));
  const rows = funds.map((fund) => [fund.fundId, fund.associationId, paths.of(fund.associationId), fund.code, fund.position] as const);
  await insertRows(transaction, `${schema}.fund`, { fund_id: 'uuid', association_id: 'uuid', under: 'uuid[]', code: 'text', position: 'bigint' }, rows);
}
