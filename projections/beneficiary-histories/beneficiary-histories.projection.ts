import type { RecordedEvent } from '@ledger/kernel';
import type { BeneficiaryEvent } from '@ledger/fund-ledger';
import { insertRows } from '@ledger/projection-runtime';
import type { Cell, Projection, Transaction } from '@ledger/projection-runtime';
import { entryOf } from './entries.js';
import type { Entry, HistoryEvent } from './entries.js';
import { BENEFICIARY_COLUMNS, ENTRY_COLUMNS, anchors, tables, totals, views } from './tables.js';
import { changesOf } from './totals.js';

export const BENEFICIARY_HISTORIES = 'beneficiary-histories';

type Taken = HistoryEvent | Extract<BeneficiaryEvent, { type: 'BeneficiaryRegistered' }>;

const HANDLES: readonly Taken['type'][] = [
  'BeneficiaryRegistered', 'ScholarshipAwarded', 'ScholarshipRevoked', 'InstalmentPaid', 'PrizeAwarded', 'HonourConferred', 'DisbursementPaid', 'VoucherAdjusted',
];

/** Everything that a person or group was awarded and paid, in posting order. Ids only: names are in the registry. */
export const beneficiaryHistoriesProjection: Projection = { name: BENEFICIARY_HISTORIES, version: 1, handles: HANDLES, tables, views, project };

async function project(batch: readonly RecordedEvent[], transaction: Transaction, schema: string): Promise<void> {
  const postingOf = await anchors.read(transaction, schema, batch);
  const registered: Cell[][] = [];
  const lines: Cell[][] = [];
  const sums = totals.collect();
  for (const recorded of batch) {
    const event = recorded as unknown as Taken;
    if (event.type === 'BeneficiaryRegistered') {
      const { beneficiaryId, rootCode, code, kind, associationId } = event.data;
      registered.push([beneficiaryId, rootCode, code, kind, associationId]);
      sums.add([beneficiaryId], {});
      continue;
    }
    const entry = entryOf(event);
    if (!entry) continue;
    lines.push(cellsOf(entry, postingOf(recorded, entry.day), recorded));
    sums.add([entry.beneficiaryId], changesOf(entry));
  }
  await insertRows(transaction, `${schema}.beneficiary`, BENEFICIARY_COLUMNS, registered);
  await insertRows(transaction, `${schema}.entry`, ENTRY_COLUMNS, lines);
  await totals.add(transaction, schema, sums);
}

/** In the order of ENTRY_COLUMNS. */
function cellsOf(entry: Entry, posting: readonly Cell[], recorded: RecordedEvent): Cell[] {
  return [
    entry.beneficiaryId, ...posting, entry.kind, entry.amount, entry.reference, entry.fundId, entry.associationId, entry.scholarshipId,
    entry.instalment, entry.awardId, entry.title, entry.awardKind, entry.purpose, entry.account,
    entry.voucher?.kind, entry.voucher?.year, entry.voucher?.number, recorded.id, recorded.metadata.recordedAt,
  ];
}
