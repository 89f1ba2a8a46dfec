import type { AccountCode } from '@projections/journal';

export interface ExportedFund {
  readonly fundId: string;
  /** Code of the tree's root association, and the fund's code within the tree. */
  readonly tree: string;
  readonly code: string;
  readonly name: string;
}

/** What the export covers and what it reflects. */
export interface JournalHead {
  /** In the order of tree and code; those with anything to show. */
  readonly funds: readonly ExportedFund[];
  /** Accounts that are posted to, or carried forward, each with the first day on which it is needed. */
  readonly accounts: readonly { readonly fund: ExportedFund; readonly account: AccountCode; readonly firstDay: string }[];
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** `<first 8 of the log's id>-<position>`; undefined for an empty ledger. */
  readonly position: string | undefined;
  readonly scope: string;
}

/** So much đồng from the credited account to the debited one; above zero. */
export interface Posting {
  readonly line: number;
  readonly debit: AccountCode;
  readonly credit: AccountCode;
  readonly amount: bigint;
}

/** What one event booked in one fund. Absent things are null. */
export interface Entry {
  readonly kind: 'entry';
  readonly fund: ExportedFund;
  readonly day: string;
  readonly position: string;
  readonly event: string;
  readonly voucher: { readonly kind: string; readonly year: number; readonly number: number };
  /** Plain free text; text that names a person is sealed and not here. */
  readonly description: string | null;
  readonly reason: string | null;
  readonly details: Readonly<Record<Detail, string | null>>;
  readonly postings: readonly Posting[];
}

/** Everything else that is known of an entry, as text; ids of people and no names. */
export const DETAILS = [
  'external_reference', 'document_date', 'recorded_at', 'recorded_by', 'event_id', 'donor_id', 'beneficiary_id', 'other_fund', 'campaign_id', 'pledge_id',
  'scholarship_id', 'instalment', 'transfer_id', 'sent_on', 'purpose', 'adjusts',
] as const;
export type Detail = (typeof DETAILS)[number];

/** Balances of a fund's accounts, đồng, debit less credit: carried forward to the first day, or as they stand at a day's end. */
export interface Balances {
  readonly kind: 'carried' | 'standing';
  readonly fund: ExportedFund;
  readonly day: string;
  readonly balances: readonly (readonly [AccountCode, bigint])[];
}

export type JournalItem = Entry | Balances;

/** Texts of one export, in order: the beginning, one for each item, the end. */
export interface JournalFormat {
  begin(head: JournalHead): string;
  item(item: JournalItem): string;
  end(entries: number): string;
}
