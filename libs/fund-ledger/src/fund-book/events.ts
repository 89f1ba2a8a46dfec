import type { Day, DomainEvent, DongText } from '@ledger/kernel';
import type {
  Account, AdjustableVoucherKind, AwardKind, DisbursementPurpose, FreeText, FundPurpose, RecipientKind, Restriction, Voucher, VoucherKind,
} from '../vocabulary.js';

// The stored shapes of `fundBook-{fundId}`. They are for ever: add optional fields, otherwise a new type name.

/** What every movement carries. `fundId` repeats the stream's so that a reader of one event needs nothing else. */
export interface Movement {
  readonly fundId: string;
  readonly voucher: Voucher;
  /** The number on the paper, unique per book and voucher kind. */
  readonly externalReference?: string;
  /** The date on the paper; `effectiveOn` where none is given. */
  readonly documentDate: Day;
  readonly effectiveOn: Day;
  readonly approvals: readonly never[];
  readonly description?: FreeText;
}

export type FundBookOpened = DomainEvent<'FundBookOpened', Movement & {
  readonly associationId: string;
  readonly restriction: Restriction;
  readonly purpose?: FundPurpose;
  readonly opening: { readonly cash: DongText; readonly bank: DongText; readonly goods: DongText };
  readonly endowmentPrincipal: DongText;
}>;

export type DonationReceived = DomainEvent<'DonationReceived', Movement & {
  readonly account: Account;
  readonly amount: DongText;
  readonly donorId: string;
  readonly campaignId?: string;
  readonly pledgeId?: string;
}>;

/** Commits `amount` of the fund's money; nothing leaves an account yet. `instalments` is how many are planned. */
export type ScholarshipAwarded = DomainEvent<'ScholarshipAwarded', Movement & {
  readonly scholarshipId: string;
  readonly code: string;
  readonly programId: string;
  readonly beneficiaryId: string;
  readonly amount: DongText;
  readonly instalments: number;
}>;

export type InstalmentPaid = DomainEvent<'InstalmentPaid', Movement & {
  readonly scholarshipId: string;
  readonly beneficiaryId: string;
  readonly instalment: number;
  readonly account: Account;
  readonly amount: DongText;
}>;

/** Releases what the scholarship still had committed. */
export type ScholarshipRevoked = DomainEvent<'ScholarshipRevoked', Movement & {
  readonly scholarshipId: string;
  readonly beneficiaryId: string;
  readonly released: DongText;
  readonly reason: FreeText;
}>;

/** An award with money. One without money is `HonourConferred` in the association's mobilisation stream. */
export type PrizeAwarded = DomainEvent<'PrizeAwarded', Movement & {
  readonly awardId: string;
  readonly code: string;
  /** The association that grants it, which need not be the fund's. */
  readonly associationId: string;
  readonly title: string;
  readonly awardKind: AwardKind;
  readonly recipientKind: RecipientKind;
  readonly beneficiaryId: string;
  readonly account: Account;
  readonly amount: DongText;
}>;

export type DisbursementPaid = DomainEvent<'DisbursementPaid', Movement & {
  readonly purpose: DisbursementPurpose;
  readonly beneficiaryId?: string;
  /** How many received it: occurrences, not persons; may be 0. */
  readonly recipients: number;
  readonly account: Account;
  readonly amount: DongText;
}>;

/** Cash banked or drawn: within one fund. */
export type MovedBetweenAccounts = DomainEvent<'MovedBetweenAccounts', Movement & {
  readonly fromAccount: Account;
  readonly toAccount: Account;
  readonly amount: DongText;
}>;

export type TransferSent = DomainEvent<'TransferSent', Movement & {
  readonly transferId: string;
  readonly fromAccount: Account;
  readonly toFundId: string;
  readonly toAccount: Account;
  readonly amount: DongText;
}>;

/** Dated `sentOn`, or the next open day where that day is closed in this book. */
export type TransferReceived = DomainEvent<'TransferReceived', Movement & {
  readonly transferId: string;
  readonly fromFundId: string;
  readonly fromAccount: Account;
  readonly account: Account;
  readonly amount: DongText;
  readonly sentOn: Day;
  /** The sender's `externalReference`: in this book it need not be unique. */
  readonly senderReference?: string;
}>;

/** What an adjusted voucher was about, repeated so that no reader has to look the original up. */
export interface AdjustedVoucher {
  readonly kind: AdjustableVoucherKind;
  readonly stream: string;
  readonly year: number;
  readonly number: number;
  /** Where the original stands in the stream. */
  readonly revision: string;
  readonly effectiveOn: Day;
  readonly externalReference?: string;
}

/** `delta` is signed and in the sense of the original: a receipt of 100 adjusted by −30 is a receipt of 70. */
export type VoucherAdjusted = DomainEvent<'VoucherAdjusted', Movement & {
  readonly adjusts: AdjustedVoucher;
  readonly delta: DongText;
  /** What the voucher amounts to with this and every earlier adjustment. */
  readonly remaining: DongText;
  /** The original's account; for a transfer within the fund the source. */
  readonly account: Account;
  readonly reason: FreeText;
  readonly donorId?: string;
  readonly campaignId?: string;
  readonly pledgeId?: string;
  readonly beneficiaryId?: string;
  readonly scholarshipId?: string;
  readonly instalment?: number;
  readonly awardId?: string;
  readonly awardAssociationId?: string;
  readonly purpose?: DisbursementPurpose;
  readonly toAccount?: Account;
  /** Of an adjusted `endowment` voucher. */
  readonly from?: 'donation' | 'available';
  /**
   * Of an adjusted instalment: how `committed` changes, signed. −delta while the scholarship is open (paying less
   * leaves more to pay); 0 where it was revoked or has ended: then the money goes back to what is available.
   */
  readonly commitmentDelta?: DongText;
}>;

/**
 * A transfer between funds adjusted. It is booked first where money is lost (`side` 'sent' for a positive delta,
 * 'received' for a negative one), then in the other book, with one `adjustmentId`.
 */
export type TransferAdjusted = DomainEvent<'TransferAdjusted', Movement & {
  readonly adjustmentId: string;
  readonly transferId: string;
  readonly side: 'sent' | 'received';
  /** True in the book where the adjustment was decided, false in the one that follows. */
  readonly leads: boolean;
  readonly counterpartFundId: string;
  readonly counterpartAccount: Account;
  readonly account: Account;
  /** In the sense of the transfer: positive when more was sent (and received) than the vouchers say. */
  readonly delta: DongText;
  /** The voucher that the leading adjustment names; its `stream` says in which book it stands. */
  readonly adjusts: AdjustedVoucher;
  readonly reason: FreeText;
}>;

export type InterestCredited = DomainEvent<'InterestCredited', Movement & { readonly amount: DongText }>;
export type BankFeeCharged = DomainEvent<'BankFeeCharged', Movement & { readonly amount: DongText }>;

/** Principal grows: by a donor's gift to the bank account (`donorId` given: it is a receipt too), or out of available money. */
export type EndowmentAdded = DomainEvent<'EndowmentAdded', Movement & {
  readonly amount: DongText;
  readonly from: 'donation' | 'available';
  readonly donorId?: string;
}>;

/**
 * A scholarship that still has something to pay, or (`revoked`) that still says how far its instalments may be raised.
 * Only what decisions need: an append holds at most 1 MiB, and a fund may carry thousands of them.
 */
export interface CarriedScholarship {
  readonly id: string;
  readonly beneficiaryId: string;
  readonly awardedOn: Day;
  /** Awarded − paid. Committed where the scholarship is not revoked. */
  readonly remaining: DongText;
  readonly instalments: number;
  readonly paid: number;
  /** The latest day on which anything of it was booked. */
  readonly lastOn: Day;
  readonly revoked?: true;
}

/** Net effect of one day on a book; every figure signed. */
export interface DayEffectText {
  readonly day: Day;
  readonly cash: DongText;
  readonly bank: DongText;
  readonly goods: DongText;
  readonly endowmentPrincipal: DongText;
  readonly committed: DongText;
}

/** Everything a fold needs to go on without what came before. Nothing is dated on or before `through` after it. */
export type BooksClosed = DomainEvent<'BooksClosed', Movement & {
  readonly through: Day;
  /** Its own place in the stream, so that a fold that starts here knows the places of what follows. */
  readonly revision: string;
  readonly associationId: string;
  readonly restriction: Restriction;
  readonly purpose?: FundPurpose;
  readonly openedOn: Day;
  /** At the end of `through`, like `endowmentPrincipal` and `committed`. */
  readonly balances: { readonly cash: DongText; readonly bank: DongText; readonly goods: DongText };
  readonly endowmentPrincipal: DongText;
  readonly committed: DongText;
  /** What is booked already and dated after `through`, oldest first. */
  readonly laterDays: readonly DayEffectText[];
  /** Scholarships not paid in full, whenever they were awarded. */
  readonly scholarships: readonly CarriedScholarship[];
  /** Scholarships that had ended before an earlier closing and whose instalments were lowered since, by how much. */
  readonly endedScholarships: readonly { readonly id: string; readonly lowered: DongText; readonly lastOn: Day }[];
  /** What adjusted vouchers amount to now, and the day of the last adjustment. */
  readonly adjustedVouchers: readonly { readonly kind: AdjustableVoucherKind; readonly year: number; readonly number: number;
    readonly remaining: DongText; readonly lastOn: Day }[];
  /** Sums of the adjustments of transfers received. */
  readonly adjustedTransfers: readonly { readonly transferId: string; readonly delta: DongText; readonly lastOn: Day }[];
  /** The last number given out per kind, for the years that are still open. */
  readonly lastNumbers: readonly { readonly kind: VoucherKind; readonly year: number; readonly number: number }[];
}>;

export type FundBookEvent =
  | FundBookOpened | DonationReceived | ScholarshipAwarded | InstalmentPaid | ScholarshipRevoked | PrizeAwarded | DisbursementPaid
  | MovedBetweenAccounts | TransferSent | TransferReceived | VoucherAdjusted | TransferAdjusted
  | InterestCredited | BankFeeCharged | EndowmentAdded | BooksClosed;

export const fundBookStream = (fundId: string): string => `fundBook-${fundId}`;
