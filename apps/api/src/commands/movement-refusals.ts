import type { RefusalCode } from '@ledger/fund-ledger';

/** What any movement of a fund may be refused for. */
export const MOVEMENT_REFUSALS = [
  'fund_not_found', 'date_is_after_today', 'date_is_before_fund_opened', 'day_is_closed', 'external_reference_already_used',
] as const satisfies readonly RefusalCode[];

/** What any payment out of a fund may be refused for besides. */
export const PAYMENT_REFUSALS = [
  ...MOVEMENT_REFUSALS, 'account_would_be_overdrawn', 'endowment_principal_would_be_spent', 'payment_exceeds_available_balance',
  'purpose_not_allowed_by_fund',
] as const satisfies readonly RefusalCode[];
