import type { RecordedEvent } from '@ledger/kernel';
import { EVENT_TYPES, isEventOf } from '@ledger/fund-ledger';
import type { FreeText, FundBookEvent } from '@ledger/fund-ledger';
import { exactly, insertRows } from '@ledger/projection-runtime';
import type { Amount, Cell, Changes, Projection, Transaction } from '@ledger/projection-runtime';
import { movementOf } from './movements.js';
import type { Movement } from './movements.js';
import { FIGURES, blockOf, monthOf, monthSums, sums } from './sums.js';
import type { Figure } from './sums.js';
import { ALL_COLUMNS, anchors, indexes, known, newViewsOverFormer, sealedViews, tables, views } from './tables.js';

export const FUND_STATEMENT = 'fund-statement';

/** Every movement of every fund in posting order, and what stood before any of them. Every event, to tell what was known when. */
export const fundStatementProjection: Projection = { name: FUND_STATEMENT, version: 2, handles: EVENT_TYPES, tables, indexes, views, newViewsOverFormer, sealedViews, project };

async function project(batch: readonly RecordedEvent[], transaction: Transaction, schema: string): Promise<void> {
  await known.add(transaction, schema, batch);
  const postingOf = await anchors.read(transaction, schema, batch);
  const rows: Cell[][] = [];
  const blocks = sums.collect();
  const months = monthSums.collect();
  for (const recorded of batch) {
    if (!isEventOf('fundBook', recorded.type)) continue;
    const event = recorded as unknown as RecordedEvent & FundBookEvent;
    const movement = movementOf(event);
    if (!movement) continue;
    const posting = postingOf(recorded, movement.day);
    rows.push(cellsOf(event, movement, posting));
    const changes = changesOf(movement);
    blocks.add([event.data.fundId, movement.day, ...blockOf(posting[1], posting[2], posting[3])], changes);
    months.add([event.data.fundId, monthOf(movement.day)], changes);
  }
  await insertRows(transaction, `${schema}.movement`, ALL_COLUMNS, rows);
  await sums.add(transaction, schema, blocks);
  await monthSums.add(transaction, schema, months);
}

function changesOf({ changes }: Movement): Changes<Figure> {
  const changed: [Figure, Amount][] = [];
  for (const figure of FIGURES) if (changes[figure] !== 0n) changed.push([figure, exactly(changes[figure])]);
  return changed;
}

/** In the order of ALL_COLUMNS. */
function cellsOf(event: RecordedEvent & FundBookEvent, { changes, relations }: Movement, posting: readonly Cell[]): Cell[] {
  const { fundId, voucher, externalReference, documentDate, description } = event.data;
  const { adjusts, reason } = relations;
  return [
    fundId, ...posting, ...FIGURES.map((figure) => changes[figure]), event.type, event.id, event.revision, event.metadata.actorId, event.metadata.recordedAt,
    voucher.kind, voucher.year, voucher.number, externalReference, documentDate,
    relations.donorId, relations.beneficiaryId, relations.otherFundId, relations.campaignId, relations.pledgeId, relations.scholarshipId, relations.instalment,
    relations.transferId, relations.sentOn, relations.purpose,
    adjusts?.fundId, adjusts?.kind, adjusts?.year, adjusts?.number, adjusts?.revision,
    plain(description), plain(reason), ...sealed(description), ...sealed(reason),
  ];
}

function plain(text: FreeText | undefined): string | undefined {
  return typeof text === 'string' ? text : undefined;
}

function sealed(text: FreeText | undefined): [Cell, Cell] {
  return typeof text === 'object' ? [text.personId, text.sealed] : [undefined, undefined];
}
