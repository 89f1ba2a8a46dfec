import {
  ACCOUNTS, ASSOCIATION_LEVELS, AWARD_KINDS, BENEFICIARY_KINDS, DISBURSEMENT_PURPOSES, DONOR_KINDS, FUND_PURPOSES,
  RECIPIENT_KINDS, RESTRICTIONS, SUPPORT_FORMS,
} from '@ledger/fund-ledger';
import {
  amountOrZero, codeIn, count, movementDay, oneOf, optionalAmount, optionalCodeIn, optionalNumber, optionalOneOf,
  optionalPastDay, optionalPlannedDay, optionalText, ownCode, ownNumber, pastDay, positiveAmount, postedSequence,
  requiredCount, signedAmount, text, type Column,
} from './columns.js';

/** Import format, version 1: every file with its columns, registrations first. The order is the order of reports. */
export const FORMAT = {
  associations: {
    code: ownCode, name: text, level: oneOf(ASSOCIATION_LEVELS), parent_code: optionalCodeIn('associations'), members: count, established_on: optionalPastDay,
  },
  funds: {
    code: ownCode, association_code: codeIn('associations'), name: text, restriction: oneOf(RESTRICTIONS), purpose: optionalOneOf(FUND_PURPOSES),
    endowment_principal: amountOrZero, opened_on: pastDay, opening_cash: amountOrZero, opening_bank: amountOrZero, opening_goods: amountOrZero,
  },
  campaigns: {
    code: ownCode, association_code: codeIn('associations'), name: text, starts_on: optionalPlannedDay, ends_on: optionalPlannedDay, target: optionalAmount,
  },
  donors: { code: ownCode, name: text, kind: oneOf(DONOR_KINDS) },
  beneficiaries: {
    code: ownCode, name: text, kind: oneOf(BENEFICIARY_KINDS), date_of_birth: optionalPastDay, association_code: codeIn('associations'), school: optionalText,
  },
  scholarship_programs: { code: ownCode, fund_code: codeIn('funds'), name: text, partner: optionalText },
  pledges: {
    posted_seq: postedSequence, code: ownCode, donor_code: codeIn('donors'), fund_code: codeIn('funds'), campaign_code: optionalCodeIn('campaigns'),
    amount: positiveAmount, pledged_on: movementDay, due_on: optionalPlannedDay,
  },
  donations: {
    posted_seq: postedSequence, receipt_no: ownNumber('receipt'), received_on: movementDay, fund_code: codeIn('funds'), donor_code: codeIn('donors'),
    campaign_code: optionalCodeIn('campaigns'), pledge_code: optionalCodeIn('pledges'), account: oneOf(ACCOUNTS), amount: positiveAmount, description: optionalText,
  },
  direct_support: {
    posted_seq: postedSequence, reference: ownNumber('reference'), given_on: movementDay, association_code: codeIn('associations'), donor_code: codeIn('donors'),
    form: oneOf(SUPPORT_FORMS), amount: positiveAmount, recipients: count, description: optionalText,
  },
  scholarships: {
    posted_seq: postedSequence, code: ownCode, program_code: codeIn('scholarship_programs'), beneficiary_code: codeIn('beneficiaries'),
    awarded_on: movementDay, amount: positiveAmount, instalments: requiredCount,
  },
  scholarship_payments: {
    posted_seq: postedSequence, voucher_no: ownNumber('voucher'), paid_on: movementDay, scholarship_code: codeIn('scholarships'),
    instalment: requiredCount, account: oneOf(ACCOUNTS), amount: positiveAmount,
  },
  awards: {
    posted_seq: postedSequence, code: ownCode, association_code: codeIn('associations'), granted_on: movementDay, title: text, kind: oneOf(AWARD_KINDS),
    recipient_kind: oneOf(RECIPIENT_KINDS), recipient_code: codeIn('beneficiaries'), fund_code: optionalCodeIn('funds'),
    voucher_no: optionalNumber('voucher'), account: optionalOneOf(ACCOUNTS), amount: amountOrZero,
  },
  disbursements: {
    posted_seq: postedSequence, voucher_no: ownNumber('voucher'), paid_on: movementDay, fund_code: codeIn('funds'), purpose: oneOf(DISBURSEMENT_PURPOSES),
    beneficiary_code: optionalCodeIn('beneficiaries'), recipients: count, account: oneOf(ACCOUNTS), amount: positiveAmount, description: optionalText,
  },
  transfers: {
    posted_seq: postedSequence, reference: ownNumber('reference'), transferred_on: movementDay, from_fund_code: codeIn('funds'), from_account: oneOf(ACCOUNTS),
    to_fund_code: codeIn('funds'), to_account: oneOf(ACCOUNTS), amount: positiveAmount, description: optionalText,
  },
  adjustments: {
    posted_seq: postedSequence, reference: ownNumber('reference'), adjusted_on: movementDay, adjusts: codeIn('donations'), delta: signedAmount, reason: text,
  },
} as const;

export type FileName = keyof typeof FORMAT;
export const FILE_NAMES = Object.keys(FORMAT) as readonly FileName[];
export type ColumnOf<File extends FileName> = keyof (typeof FORMAT)[File] & string;

export type MovementFile = { [File in FileName]: 'posted_seq' extends ColumnOf<File> ? File : never }[FileName];

type ValueOf<Spec> = Spec extends Column<infer Value> ? Value : never;
/** A row's values by column name, read. */
export type ValuesOf<File extends FileName> = { readonly [Name in ColumnOf<File>]: ValueOf<(typeof FORMAT)[File][Name]> };

export function columnsOf(file: FileName): readonly (readonly [string, Column<unknown>])[] {
  return Object.entries(FORMAT[file]);
}

export const csvName = (file: FileName): string => `${file}.csv`;
