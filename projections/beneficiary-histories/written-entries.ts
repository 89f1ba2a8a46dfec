import { byteText, textOfBytes, type ByteText } from '@ledger/kernel';
import { FIELD_END, ROW_END, SQL_FIELD_END, bareOrNull, bare, jsonFields, jsonObject, jsonText, quoted, quotedOrNull, written } from '@ledger/projection-runtime';
import type { PostingKey } from '@ledger/projection-runtime';
import type { EntryKind } from './entries.js';

export interface HistoryEntry {
  /** Its place in posting order; also what the next page begins after. */
  readonly key: PostingKey;
  readonly day: string;
  readonly kind: EntryKind;
  readonly amount: string;
  readonly reference: string;
  readonly fundId: string | null;
  readonly associationId: string | null;
  readonly scholarshipId: string | null;
  readonly instalment: number | null;
  readonly awardId: string | null;
  readonly title: string | null;
  readonly awardKind: string | null;
  readonly purpose: string | null;
  readonly account: string | null;
  readonly voucher: { readonly kind: string; readonly year: number; readonly number: number } | null;
  readonly eventId: string;
  readonly recordedAt: string;
}

const VOUCHER = jsonText(jsonObject({ kind: quoted('h.voucher_kind'), year: bare('h.voucher_year'), number: bare('h.voucher_number') }));
const SHOWN = jsonFields({
  day: quoted('h.day'), kind: quoted('h.kind'), amount: quoted('h.amount'), reference: written('h.reference'), fundId: quotedOrNull('h.fund_id'), associationId: quotedOrNull('h.association_id'),
  scholarshipId: quotedOrNull('h.scholarship_id'), instalment: bareOrNull('h.instalment'), awardId: quotedOrNull('h.award_id'), title: written('h.title'), awardKind: quotedOrNull('h.award_kind'),
  purpose: quotedOrNull('h.purpose'), account: quotedOrNull('h.account'), voucher: [`CASE WHEN h.voucher_number IS NULL THEN 'null' ELSE ${VOUCHER} END`], eventId: quoted('h.event_id'),
});

/** A row `h` of `read.beneficiary_history` as one text: its key, when it was recorded in milliseconds, and what of its JSON comes before that. */
export const ENTRY_COLUMN = jsonText([
  ...['h.day', 'h.anchor', 'h.seq', 'h.position', `(date_part('epoch', h.recorded_at) * 1000)::bigint`].flatMap((column) => [column, SQL_FIELD_END]), ...SHOWN,
]);

/** An entry as it is shown. */
export interface WrittenEntry {
  readonly key: PostingKey;
  /** JSON of everything but the key. */
  readonly text: ByteText;
}

/** What Postgres put together of `ENTRY_COLUMN`; nothing where there is no entry. */
export function writtenEntries(text: string | null | undefined): WrittenEntry[] {
  return text == null ? [] : byteText(text).split(ROW_END).map(writtenEntry);
}

function writtenEntry(row: string): WrittenEntry {
  const [day = '', anchor = '', seq = '', position = '', recorded = '', shown = ''] = row.split(FIELD_END);
  return { key: { day, anchor, seq, position }, text: `{${shown},"recordedAt":"${new Date(Number(recorded)).toISOString()}"}` as ByteText };
}

/** The entry as an object. */
export function entryOf({ key, text }: WrittenEntry): HistoryEntry {
  return { key, ...(JSON.parse(textOfBytes(text)) as Omit<HistoryEntry, 'key'>) };
}
