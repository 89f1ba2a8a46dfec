import type { MadeRow } from './made-row.js';
import type { HistoryLine } from './tally.js';

/** The whole histories of some beneficiaries, in posting order. */
export function historiesIn(rows: Iterable<MadeRow>, beneficiaries: readonly string[]): Record<string, HistoryLine[]> {
  const histories: Record<string, HistoryLine[]> = Object.fromEntries(beneficiaries.map((code) => [code, []]));
  for (const row of rows) {
    const [beneficiary, line] = lineOf(row);
    if (beneficiary !== undefined) histories[beneficiary]?.push(line());
  }
  return histories;
}

function lineOf(row: MadeRow): readonly [string | undefined, () => HistoryLine] {
  switch (row.file) {
    case 'scholarships': {
      const { values } = row;
      return [values.beneficiary_code, () => [values.awarded_on, 'scholarship_awarded', Number(values.amount), values.code]];
    }
    case 'scholarship_payments': {
      const { values, origin } = row;
      return [origin.beneficiary_code, () => [values.paid_on, 'instalment_paid', Number(values.amount), values.voucher_no]];
    }
    case 'awards': {
      const { values } = row;
      return [values.recipient_code, () => [values.granted_on, 'award_granted', Number(values.amount), values.code]];
    }
    case 'disbursements': {
      const { values } = row;
      return [values.beneficiary_code, () => [values.paid_on, 'disbursement_paid', Number(values.amount), values.voucher_no]];
    }
    default: return [undefined, () => ['', '', 0, '']];
  }
}
