import { byteText, textOfBytes, type ByteText } from '@ledger/kernel';
import { FIELD_END, ROW_END, SQL_FIELD_END, bare, bareOrNull, jsonFields, jsonObject, jsonText, quoted, quotedOrNull, written } from '@ledger/projection-runtime';
import type { JsonPiece, PostingKey } from '@ledger/projection-runtime';
import { addedTo } from './running.js';
import type { Amount } from './running.js';
import { FIGURES } from './sums.js';
import type { Figure } from './sums.js';
import { SEALED_COLUMNS } from './tables.js';

/** Đồng as decimal digits, signed. */
export type Amounts = Readonly<Record<Figure, string>>;

export interface VoucherName { readonly kind: string; readonly year: number; readonly number: number }

export interface StatementLine {
  /** Its place in posting order; also what the next page begins after. `key.position` is the place in the log. */
  readonly key: PostingKey;
  readonly day: string;
  readonly eventType: string;
  readonly eventId: string;
  /** Its place in the fund's book. */
  readonly revision: string;
  readonly voucher: VoucherName;
  readonly externalReference: string | null;
  readonly documentDate: string;
  readonly changes: Amounts;
  /** What stands after the line. */
  readonly balances: Amounts;
  readonly counterparty: { readonly donorId: string | null; readonly beneficiaryId: string | null; readonly fundId: string | null };
  readonly campaignId: string | null;
  readonly pledgeId: string | null;
  readonly scholarshipId: string | null;
  readonly instalment: number | null;
  readonly transferId: string | null;
  readonly sentOn: string | null;
  readonly purpose: string | null;
  /** The voucher that this line corrects. */
  readonly adjusts: (VoucherName & { readonly fundId: string; readonly revision: string }) | null;
  /** What corrects this line's voucher. */
  readonly adjustedBy: readonly (VoucherName & { readonly fundId: string; readonly day: string })[];
  /** Plain text only; text that names a person is sealed and not shown here. */
  readonly description: string | null;
  readonly reason: string | null;
  readonly recordedBy: string;
  readonly recordedAt: string;
}

const VOUCHER = jsonObject({ kind: quoted('m.voucher_kind'), year: bare('m.voucher_year'), number: bare('m.voucher_number') });
const COUNTERPARTY = jsonObject({ donorId: quotedOrNull('m.donor_id'), beneficiaryId: quotedOrNull('m.beneficiary_id'), fundId: quotedOrNull('m.other_fund_id') });
const ADJUSTS = jsonText(jsonObject({
  fundId: quoted('m.adjusts_fund_id'), kind: quoted('m.adjusts_kind'), year: bare('m.adjusts_year'), number: bare('m.adjusts_number'), revision: quoted('m.adjusts_revision'),
}));

/** What of a line's text stands before the number of its document, and what between its amounts and what corrects it. */
const HEAD = jsonFields({ day: quoted('m.day'), eventType: quoted('m.event_type'), eventId: quoted('m.event_id'), revision: quoted('m.revision'), voucher: VOUCHER });
const MIDDLE = jsonFields({
  counterparty: COUNTERPARTY, campaignId: quotedOrNull('m.campaign_id'), pledgeId: quotedOrNull('m.pledge_id'), scholarshipId: quotedOrNull('m.scholarship_id'), instalment: bareOrNull('m.instalment'),
  transferId: quotedOrNull('m.transfer_id'), sentOn: quotedOrNull('m.sent_on'), purpose: quotedOrNull('m.purpose'), adjusts: [`CASE WHEN m.adjusts_fund_id IS NULL THEN 'null' ELSE ${ADJUSTS} END`],
});

/** In the order in which `lineFrom` takes them. */
const FIELDS: readonly JsonPiece[] = [
  ['m.day'], ['m.anchor'], ['m.seq'], ['m.position'], ...FIGURES.map((figure) => [`m.${figure}`]), HEAD, ['m.document_date'], MIDDLE,
  [`(date_part('epoch', m.recorded_at) * 1000)::bigint`],
];
/** What somebody wrote, and what may have letters beyond ASCII therefore: on its own, so that the rest of a page has none. */
const TEXTS: readonly JsonPiece[] = ['external_reference', 'description', 'reason', 'actor_id'].map((column) => written(`m.${column}`));
/** Not of lines whose sealed texts nobody asks for. */
const SEALED_FIELDS: readonly JsonPiece[] = Object.keys(SEALED_COLUMNS).map((column) => [`m.${column}`]);

/** A line of `read.fund_movement m` as one text, of `sealed.fund_movement m` where its sealed texts belong to it. */
export function lineColumn(withSealed: boolean): string {
  return fieldsText(withSealed ? [...FIELDS, ...SEALED_FIELDS] : FIELDS);
}

/** The texts of the same line. */
export const TEXTS_COLUMN = fieldsText(TEXTS);

function fieldsText(fields: readonly JsonPiece[]): string {
  return jsonText(fields.flatMap((field, place) => (place === 0 ? field : [SQL_FIELD_END, ...field])));
}

/** Of a row `a` of `read.fund_movement` that corrects a line. */
export const ADJUSTMENT_COLUMN = jsonText(jsonObject({
  fundId: quoted('a.fund_id'), kind: quoted('a.voucher_kind'), year: bare('a.voucher_year'), number: bare('a.voucher_number'), day: quoted('a.day'),
}));

export interface SealedText { readonly personId: string; readonly sealed: string }

/** A line nearly as it is shown: text that only wants to be put together. */
export interface WrittenLine {
  readonly key: PostingKey;
  readonly sealed: { readonly description: SealedText | undefined; readonly reason: SealedText | undefined };
  /** JSON of the line without its closing brace, with texts in place of what is sealed. */
  text(opened?: { readonly description?: string | undefined; readonly reason?: string | undefined }): ByteText;
}

/** A page as Postgres wrote it: lines of `lineColumn`, each with what corrects it as a last field, and as many of `TEXTS_COLUMN`. */
export interface WrittenPage { readonly carried: string; readonly lines: string | null; readonly texts: string | null }

/** Lines in posting order; `carried` stood before them. */
export function writtenLines({ carried, lines, texts }: WrittenPage): WrittenLine[] {
  if (lines === null) return [];
  let balances: readonly Amount[] = carried.split(' ');
  const written = byteText(texts ?? '').split(ROW_END);
  return byteText(lines).split(ROW_END).map((row, at) => {
    const fields = row.split(FIELD_END);
    const changes = fields.slice(CHANGES_AT, CHANGES_AT + FIGURES.length);
    balances = balances.map((balance, place) => addedTo(balance, changes[place] ?? '0'));
    return lineFrom(fields, (written[at] ?? '').split(FIELD_END), changes, balances);
  });
}

const CHANGES_AT = 4;

function lineFrom(fields: readonly string[], texts: readonly string[], changes: readonly string[], balances: readonly Amount[]): WrittenLine {
  const [day = '', anchor = '', seq = '', position = ''] = fields;
  const [head = '', documentDate = '', middle = '', recordedAt = '', ...rest] = fields.slice(CHANGES_AT + FIGURES.length);
  const [externalReference = '', description = '', reason = '', recordedBy = ''] = texts;
  const adjustedBy = rest.pop() ?? '';
  const [descriptionOf = '', descriptionSealed = '', reasonOf = '', reasonSealed = ''] = rest;
  return {
    key: { day, anchor, seq, position },
    sealed: { description: sealedText(descriptionOf, descriptionSealed), reason: sealedText(reasonOf, reasonSealed) },
    text: (opened = {}) => `{${head},"externalReference":${externalReference},"documentDate":"${documentDate}","changes":${amountsText(changes)},"balances":${
      amountsText(balances)},${middle},"adjustedBy":[${adjustedBy}],"description":${openedOr(description, opened.description)},"reason":${openedOr(reason, opened.reason)},"recordedBy":${
      recordedBy},"recordedAt":"${new Date(Number(recordedAt)).toISOString()}"` as ByteText,
  };
}

function openedOr(plain: string, opened: string | undefined): string {
  return opened === undefined ? plain : byteText(JSON.stringify(opened));
}

function sealedText(personId: string, sealed: string): SealedText | undefined {
  return personId === '' ? undefined : { personId, sealed };
}

/** Written out: each of a page's hundreds of lines has it twice. */
function amountsText([cash, bank, goods, principal, committed]: readonly Amount[]): string {
  return `{"cash":"${cash}","bank":"${bank}","goods":"${goods}","endowment_principal":"${principal}","committed":"${committed}"}`;
}

/** The line as an object. */
export function lineOf(line: WrittenLine): StatementLine {
  return { key: line.key, ...(JSON.parse(`${textOfBytes(line.text())}}`) as Omit<StatementLine, 'key'>) };
}

export function amountsOf(valueOf: (figure: Figure) => string): Amounts {
  return Object.fromEntries(FIGURES.map((figure) => [figure, valueOf(figure)])) as Record<Figure, string>;
}
