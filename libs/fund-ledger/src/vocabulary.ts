/** The closed lists that events, commands and the import format share. */
export const ACCOUNTS = ['cash', 'bank', 'goods'] as const;
export type Account = (typeof ACCOUNTS)[number];

export const ASSOCIATION_LEVELS = ['province', 'district', 'commune', 'branch'] as const;
export type AssociationLevel = (typeof ASSOCIATION_LEVELS)[number];

export const RESTRICTIONS = ['unrestricted', 'restricted'] as const;
export type Restriction = (typeof RESTRICTIONS)[number];

export const DISBURSEMENT_PURPOSES = ['gift', 'hardship_aid', 'emergency_aid', 'learning_support', 'school_equipment'] as const;
export type DisbursementPurpose = (typeof DISBURSEMENT_PURPOSES)[number];

/** What a restricted fund may be restricted to. */
export const FUND_PURPOSES = ['scholarship', 'award', ...DISBURSEMENT_PURPOSES] as const;
export type FundPurpose = (typeof FUND_PURPOSES)[number];

export const DONOR_KINDS = ['individual', 'organisation', 'anonymous'] as const;
export type DonorKind = (typeof DONOR_KINDS)[number];

export const BENEFICIARY_KINDS = ['pupil', 'student', 'teacher', 'family', 'group'] as const;
export type BeneficiaryKind = (typeof BENEFICIARY_KINDS)[number];

export const AWARD_KINDS = ['certificate_of_merit', 'prize'] as const;
export type AwardKind = (typeof AWARD_KINDS)[number];

export const RECIPIENT_KINDS = ['group', 'individual'] as const;
export type RecipientKind = (typeof RECIPIENT_KINDS)[number];

export const SUPPORT_FORMS = ['money', 'goods'] as const;
export type SupportForm = (typeof SUPPORT_FORMS)[number];

/** Voucher kinds; numbers are gapless per book, kind and year (of `effectiveOn`). */
export const VOUCHER_KINDS = [
  'receipt', 'payment', 'instalment', 'prize', 'transfer',
  'transfer_receipt', 'scholarship', 'release', 'interest', 'fee', 'endowment', 'adjustment', 'opening', 'closing',
] as const;
export type VoucherKind = (typeof VOUCHER_KINDS)[number];
/**
 * What an adjustment voucher may name. A transfer between funds is raised in the book that sent it (`transfer`) and
 * lowered in the book that received it (`transfer_receipt`): where money is lost is where it can be refused.
 */
export const ADJUSTABLE_VOUCHER_KINDS = [
  'receipt', 'payment', 'instalment', 'prize', 'transfer', 'transfer_receipt', 'interest', 'fee', 'endowment',
] as const;
export type AdjustableVoucherKind = (typeof ADJUSTABLE_VOUCHER_KINDS)[number];

export interface Voucher {
  readonly kind: VoucherKind;
  readonly year: number;
  readonly number: number;
}

/** Text that a person wrote. Where it names somebody it is sealed under that person's key before it comes here. */
export type FreeText = string | { readonly personId: string; readonly sealed: string };
