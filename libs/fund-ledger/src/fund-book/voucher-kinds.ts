import type { FundBookCommand } from '../commands.js';
import type { VoucherKind } from '../vocabulary.js';

/** The voucher that each entry into a book is made out on. */
export const VOUCHER_KIND_OF = {
  OpenFundBook: 'opening',
  ReceiveDonation: 'receipt',
  AwardScholarship: 'scholarship',
  PayInstalment: 'instalment',
  RevokeScholarship: 'release',
  AwardPrize: 'prize',
  PayDisbursement: 'payment',
  MoveBetweenAccounts: 'transfer',
  SendTransfer: 'transfer',
  ReceiveTransfer: 'transfer_receipt',
  AdjustVoucher: 'adjustment',
  FollowTransferAdjustment: 'adjustment',
  CreditInterest: 'interest',
  ChargeBankFee: 'fee',
  AddToEndowment: 'endowment',
  CloseBooks: 'closing',
} as const satisfies Readonly<Record<FundBookCommand['type'], VoucherKind>>;

/** A command that makes out a voucher. */
export type EntryCommand = Exclude<FundBookCommand, { type: 'CloseBooks' }>;
