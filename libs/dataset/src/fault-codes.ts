/** What a cell alone can get wrong. */
export type FormFaultCode =
  | 'field_is_too_long'
  | 'code_is_empty' | 'receipt_number_is_empty' | 'voucher_number_is_empty' | 'reference_is_empty' | 'reference_code_is_missing'
  | 'value_is_not_in_list' | 'date_is_malformed' | 'date_is_after_today'
  | 'amount_is_malformed' | 'amount_is_not_positive' | 'amount_is_too_large' | 'delta_is_zero'
  | 'count_is_malformed' | 'count_is_too_large' | 'posted_seq_is_malformed';

/** What stands in the way of reading a file. */
export type FileFaultCode =
  | 'file_is_missing' | 'file_is_not_readable' | 'file_is_too_large' | 'header_is_missing'
  | 'column_is_missing' | 'column_is_unknown' | 'column_is_repeated' | 'row_has_wrong_length'
  | 'text_is_not_utf8' | 'text_has_nul' | 'quote_is_not_closed' | 'quote_is_misplaced'
  | 'row_is_too_long' | 'too_many_rows' | 'too_many_broken_quotes';

/** What rows get wrong together. */
export type SetFaultCode =
  | 'code_is_repeated' | 'receipt_number_is_repeated' | 'voucher_number_is_repeated' | 'reference_is_repeated' | 'code_is_unknown'
  | 'parent_makes_a_cycle' | 'root_is_missing' | 'root_is_repeated'
  | 'posted_seq_is_repeated' | 'date_goes_back_along_posted_seq'
  | 'restricted_fund_needs_a_purpose' | 'award_with_money_needs_a_fund' | 'award_with_money_needs_an_account'
  | 'row_was_imported_with_other_content';

/** Codes of this library; a rule's refusal is reported under the refusal's own code. */
export type FaultCode = FormFaultCode | FileFaultCode | SetFaultCode;
