import type { RecordedEvent } from '@ledger/kernel';
import { EVENT_TYPES } from '@ledger/fund-ledger';
import type { BeneficiaryEvent } from '@ledger/fund-ledger';
import { insertRows } from '@ledger/projection-runtime';
import type { Cell, Projection, Transaction } from '@ledger/projection-runtime';
import { entryOf } from './entries.js';
import type { Entry, HistoryEvent } from './entries.js';
import { BENEFICIARY_COLUMNS, ENTRY_COLUMNS, anchors, indexes, known, tables, views } from './tables.js';

export const BENEFICIARY_HISTORIES = 'beneficiary-histories';

type Registered = Extract<BeneficiaryEvent, { type: 'BeneficiaryRegistered' }>['data'];
/** What adds to somebody's history. */
const ADDING: ReadonlySet<string> = new Set<HistoryEvent['type']>(['ScholarshipAwarded', 'ScholarshipRevoked', 'InstalmentPaid', 'PrizeAwarded', 'HonourConferred', 'DisbursementPaid', 'VoucherAdjusted']);

/**
 * Everything that a person or group was awarded and paid, in posting order. Ids only: names are in the registry. Every
 * event, to tell what was known when, and so that an imported set stands where it does in all other read models.
 */
export const beneficiaryHistoriesProjection: Projection = { name: BENEFICIARY_HISTORIES, version: 3, handles: EVENT_TYPES, tables, indexes, views, project };

async function project(batch: readonly RecordedEvent[], transaction: Transaction, schema: string): Promise<void> {
  await known.add(transaction, schema, batch);
  const postingOf = await anchors.read(transaction, schema, batch);
  const registered: Cell[][] = [];
  const lines: Cell[][] = [];
  for (const recorded of batch) {
    if (recorded.type === 'BeneficiaryRegistered') {
      const { beneficiaryId, rootCode, code, kind, associationId } = recorded.data as unknown as Registered;
      registered.push([beneficiaryId, rootCode, code, kind, associationId, recorded.position]);
      continue;
    }
    const entry = ADDING.has(recorded.type) ? entryOf(recorded as unknown as HistoryEvent) : undefined;
    if (!entry) continue;
    lines.push(cellsOf(entry, postingOf(recorded, entry.day), recorded));
  }
  await insertRows(transaction, `${schema}.beneficiary`, BENEFICIARY_COLUMNS, registered);
  await insertRows(transaction, `${schema}.entry`, ENTRY_COLUMNS, lines);
}

/** In the order of ENTRY_COLUMNS. */
function cellsOf(entry: Entry, posting: readonly Cell[], recorded: RecordedEvent): Cell[] {
  return [
    entry.beneficiaryId, ...posting, entry.kind, entry.amount, entry.reference, entry.fundId, entry.associationId, entry.scholarshipId,
    entry.instalment, entry.awardId, entry.title, entry.awardKind, entry.purpose, entry.account,
    entry.voucher?.kind, entry.voucher?.year, entry.voucher?.number, recorded.id, recorded.metadata.recordedAt,
  ];
}
