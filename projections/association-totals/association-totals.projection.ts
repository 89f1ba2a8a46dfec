import type { RecordedEvent } from '@ledger/kernel';
import { EVENT_TYPES, isEventOf } from '@ledger/fund-ledger';
import type { FundBookEvent, LedgerEvent } from '@ledger/fund-ledger';
import { amountOf } from '@ledger/projection-runtime';
import type { Projection, Transaction } from '@ledger/projection-runtime';
import { countedFromBook, countedFromMobilisation, countedFromPledge } from './changes.js';
import type { Counted } from './changes.js';
import { recordCounts } from './member-counts.js';
import type { MemberCount, MemberStep } from './member-counts.js';
import { rollUp } from './roll-up.js';
import { homes, indexes, known, pledges, tables, tree, views } from './tables.js';

export const ASSOCIATION_TOTALS = 'association-totals';

/** What each association mobilised, spent and honoured, alone and with all units below it, day by day. Every event, to tell what was known when. */
export const associationTotalsProjection: Projection = { name: ASSOCIATION_TOTALS, version: 3, handles: EVENT_TYPES, tables, indexes, views, project };

type Told<Type extends LedgerEvent['type']> = Extract<LedgerEvent, { type: Type }>['data'];
/** One that does not say since when it exists counts from the first day on. */
const FIRST_DAY = '0001-01-01';

async function project(batch: readonly RecordedEvent[], transaction: Transaction, schema: string): Promise<void> {
  const of = <Type extends LedgerEvent['type']>(type: Type): Told<Type>[] => batch.filter((event) => event.type === type).map((event) => event.data as unknown as Told<Type>);
  await known.add(transaction, schema, batch);
  await tree.add(transaction, schema, of('AssociationRegistered').map((one) => ({ id: one.associationId, parentId: one.parentId })));
  await homes.add(transaction, schema, of('FundOpened').map((one) => ({ fund_id: one.fundId, association_id: one.associationId })));
  await pledges.add(transaction, schema, of('PledgeMade').map((one) => ({ pledge_id: one.pledgeId, fund_id: one.fundId, amount: one.amount })));
  const promiseOf = await pledges.find(transaction, schema, of('PledgeCancelled').map((one) => one.pledgeId));
  const stepsAt = await recordCounts(transaction, schema, batch.flatMap(countIn));
  const events = batch.map((recorded) => ({ position: recorded.position, counted: [...countedIn(recorded, promiseOf), ...(stepsAt.get(recorded.position) ?? []).map(counting)] }));
  await rollUp(transaction, schema, events);
}

function countIn(recorded: RecordedEvent): MemberCount[] {
  const event = recorded as unknown as LedgerEvent;
  const { position } = recorded;
  if (event.type === 'AssociationRegistered') return [{ associationId: event.data.associationId, day: event.data.establishedOn ?? FIRST_DAY, position, members: event.data.members }];
  return event.type === 'MembersCounted' ? [{ associationId: event.data.associationId, day: event.data.effectiveOn, position, members: event.data.members }] : [];
}

function counting({ associationId, day, step }: MemberStep): Counted {
  return { at: { associationId }, day, changes: [['members', step]] };
}

function countedIn(recorded: RecordedEvent, promiseOf: (pledgeId: string) => { readonly fund_id: string; readonly amount: string }): readonly Counted[] {
  if (isEventOf('fundBook', recorded.type)) return countedFromBook(recorded as unknown as FundBookEvent);
  const event = recorded as unknown as LedgerEvent;
  switch (event.type) {
    case 'AssociationRegistered': return [{ at: { associationId: event.data.associationId }, day: event.data.establishedOn ?? FIRST_DAY, changes: [['units', 1]] }];
    case 'PledgeMade': return [countedFromPledge(event.data)];
    case 'PledgeCancelled': {
      const { fund_id: fundId, amount } = promiseOf(event.data.pledgeId);
      return [{ at: { fundId }, day: event.data.effectiveOn, changes: [['pledges_cancelled', amountOf(amount)], ['movements', 1]] }];
    }
    case 'DirectSupportReported':
    case 'HonourConferred': return [countedFromMobilisation(event)];
    default: return [];
  }
}
