import type {
  BankFeeCharged, DisbursementPaid, DonationReceived, EndowmentAdded, InstalmentPaid, InterestCredited, MovedBetweenAccounts, PrizeAwarded,
  TransferReceived, TransferSent,
} from './events.js';

/** The events that an adjustment may name: each has one amount. */
export type AdjustableEvent =
  | DonationReceived | DisbursementPaid | InstalmentPaid | PrizeAwarded | MovedBetweenAccounts | TransferSent | TransferReceived
  | InterestCredited | BankFeeCharged | EndowmentAdded;

const ADJUSTABLE: Readonly<Record<AdjustableEvent['type'], true>> = {
  DonationReceived: true, DisbursementPaid: true, InstalmentPaid: true, PrizeAwarded: true, MovedBetweenAccounts: true,
  TransferSent: true, TransferReceived: true, InterestCredited: true, BankFeeCharged: true, EndowmentAdded: true,
};

export function isAdjustable(event: { readonly type: string; readonly data: object }): event is AdjustableEvent {
  return Object.hasOwn(ADJUSTABLE, event.type);
}
