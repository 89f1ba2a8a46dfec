import type { Faults } from '../faults.js';
import { markFaulty, type DataSet } from '../table.js';

/** What one cell of a row asks of another. */
export function checkRequiredTogether(set: DataSet, faults: Faults): void {
  for (const row of set.funds.rows) {
    const { restriction } = row.values;
    if (restriction !== 'restricted' || !('purpose' in row.values) || row.values.purpose !== undefined) continue;
    markFaulty(row);
    faults.add('restricted_fund_needs_a_purpose', { file: 'funds', line: row.line, column: 'purpose' });
  }
  for (const row of set.awards.rows) {
    const { values } = row;
    if (values.amount === undefined || values.amount === 0n) continue;
    const missing = (column: 'fund_code' | 'voucher_no' | 'account'): boolean => column in values && values[column] === undefined;
    const at = { file: 'awards', line: row.line } as const;
    if (missing('fund_code')) faults.add('award_with_money_needs_a_fund', { ...at, column: 'fund_code' });
    if (missing('voucher_no')) faults.add('voucher_number_is_empty', { ...at, column: 'voucher_no' });
    if (missing('account')) faults.add('award_with_money_needs_an_account', { ...at, column: 'account' });
    if (missing('fund_code') || missing('voucher_no') || missing('account')) markFaulty(row);
  }
}
