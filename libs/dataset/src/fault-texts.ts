import type { FaultCode } from './fault-codes.js';

export interface BilingualText {
  readonly vi: string;
  readonly en: string;
}

// {name} is replaced by the fault's detail of that name.
export const FAULT_TEXTS: Readonly<Record<FaultCode, BilingualText>> = {
  file_is_missing: { vi: 'thiếu tệp này (tệp không có dòng nào vẫn phải có dòng tiêu đề)', en: 'the file is missing (one without rows still has its header)' },
  file_is_not_readable: { vi: 'không đọc được tệp: {why}', en: 'the file cannot be read: {why}' },
  file_is_too_large: { vi: 'tệp có {bytes} byte; cả bộ dữ liệu không được quá {largest}', en: 'the file has {bytes} bytes; the whole set may have {largest}' },
  header_is_missing: { vi: 'thiếu dòng tiêu đề', en: 'the header row is missing' },
  column_is_missing: { vi: 'thiếu cột {column}', en: 'the column {column} is missing' },
  column_is_unknown: { vi: 'cột {column} không có trong định dạng', en: 'the format has no column {column}' },
  column_is_repeated: { vi: 'cột {column} xuất hiện nhiều lần', en: 'the column {column} appears more than once' },
  row_has_wrong_length: { vi: 'dòng có {cells} ô, tiêu đề có {columns} cột', en: 'the row has {cells} cells, the header {columns} columns' },
  text_is_not_utf8: { vi: 'văn bản không phải UTF-8 hợp lệ', en: 'the text is not valid UTF-8' },
  text_has_nul: { vi: 'văn bản chứa byte NUL', en: 'the text contains a NUL byte' },
  quote_is_not_closed: { vi: 'dấu ngoặc kép mở ở dòng này không được đóng đúng', en: 'a quote opened in this row is not closed as it should be' },
  quote_is_misplaced: {
    vi: 'dấu ngoặc kép đặt sai chỗ: ô có dấu ngoặc kép phải nằm trong ngoặc kép và nhân đôi dấu bên trong',
    en: 'a quote stands where none may: a cell that contains quotes is quoted itself and doubles them',
  },
  row_is_too_long: { vi: 'dòng dài hơn {largest} ký tự', en: 'the row is longer than {largest} characters' },
  field_is_too_long: { vi: 'ô có {characters} ký tự, nhiều hơn mức cho phép {largest}', en: 'the cell has {characters} characters, more than the {largest} allowed' },
  too_many_rows: { vi: 'bộ dữ liệu có hơn {largest} dòng; phần còn lại không được đọc', en: 'the set has more than {largest} rows; what follows was not read' },
  too_many_broken_quotes: { vi: 'quá nhiều dấu ngoặc kép hỏng; phần còn lại của tệp không được đọc', en: 'too many broken quotes; the rest of the file was not read' },

  code_is_empty: { vi: 'thiếu mã', en: 'the code is empty' },
  receipt_number_is_empty: { vi: 'thiếu số phiếu thu', en: 'the receipt number is empty' },
  voucher_number_is_empty: { vi: 'thiếu số chứng từ', en: 'the voucher number is empty' },
  reference_is_empty: { vi: 'thiếu số tham chiếu', en: 'the reference number is empty' },
  reference_code_is_missing: { vi: 'phải ghi một mã trong {names}.csv', en: 'a code from {names}.csv is required' },
  value_is_not_in_list: { vi: '"{value}" không thuộc danh sách: {list}', en: '"{value}" is not one of: {list}' },
  date_is_malformed: { vi: '"{value}" không phải là một ngày có thật viết dạng YYYY-MM-DD', en: '"{value}" is not a calendar day written YYYY-MM-DD' },
  date_is_after_today: { vi: 'ngày {value} ở sau hôm nay ({today}, giờ Việt Nam)', en: 'the day {value} is after today ({today} in Vietnam)' },
  amount_is_malformed: { vi: '"{value}" không phải số tiền đồng chỉ gồm chữ số', en: '"{value}" is not an amount in whole đồng, digits only' },
  amount_is_not_positive: { vi: 'số tiền {value} phải lớn hơn 0', en: 'the amount {value} has to be above 0' },
  amount_is_too_large: { vi: 'số tiền {value} lớn hơn {largest}', en: 'the amount {value} is over {largest}' },
  delta_is_zero: { vi: 'chênh lệch điều chỉnh không được bằng 0', en: 'an adjustment of 0 changes nothing' },
  count_is_malformed: { vi: '"{value}" không phải số nguyên chỉ gồm chữ số', en: '"{value}" is not a whole number, digits only' },
  count_is_too_large: { vi: 'số {value} lớn hơn {largest}', en: 'the number {value} is over {largest}' },
  posted_seq_is_malformed: { vi: '"{value}" không phải số thứ tự ghi sổ', en: '"{value}" is no posting number' },

  code_is_repeated: { vi: 'mã {value} đã dùng ở {file} dòng {line}', en: 'the code {value} is used already at {file} line {line}' },
  receipt_number_is_repeated: { vi: 'số phiếu thu {value} đã dùng ở {file} dòng {line}', en: 'the receipt number {value} is used already at {file} line {line}' },
  voucher_number_is_repeated: { vi: 'số chứng từ {value} cũng dùng ở {file} dòng {line}', en: 'the voucher number {value} is used also at {file} line {line}' },
  reference_is_repeated: { vi: 'số tham chiếu {value} đã dùng ở {file} dòng {line}', en: 'the reference number {value} is used already at {file} line {line}' },
  code_is_unknown: { vi: '{names}.csv không có mã {value}', en: '{names}.csv has no {value}' },
  parent_makes_a_cycle: { vi: 'đơn vị cấp trên tạo thành vòng lặp: {cycle}', en: 'the parent makes a cycle: {cycle}' },
  root_is_missing: { vi: 'không có đơn vị gốc (đơn vị không có cấp trên)', en: 'no association is the root (one without a parent)' },
  root_is_repeated: { vi: 'đơn vị thứ hai không có cấp trên; gốc là {root}', en: 'a second association without a parent; the root is {root}' },
  posted_seq_is_repeated: { vi: 'posted_seq {value} cũng dùng ở {file} dòng {line}', en: 'posted_seq {value} is used also at {file} line {line}' },
  date_goes_back_along_posted_seq: {
    vi: 'ngày {day} không theo thứ tự posted_seq: {file} dòng {line} (posted_seq {seq}) là ngày {other}',
    en: 'the day {day} is out of order along posted_seq: {file} line {line} (posted_seq {seq}) is dated {other}',
  },
  restricted_fund_needs_a_purpose: { vi: 'quỹ có điều kiện phải ghi mục đích', en: 'a restricted fund needs its purpose' },
  award_with_money_needs_a_fund: { vi: 'khen thưởng có tiền phải ghi quỹ chi', en: 'an award with money needs the fund that pays it' },
  award_with_money_needs_an_account: { vi: 'khen thưởng có tiền phải ghi tài khoản chi', en: 'an award with money needs the account that pays it' },
  row_was_imported_with_other_content: {
    vi: 'dòng này đã được nhập trước đây với nội dung khác; sổ không sửa dòng đã ghi, hãy lập chứng từ điều chỉnh',
    en: 'this row was imported before with other content; what is booked is never edited: correct it by an adjustment',
  },
};

export function faultText(code: FaultCode, details: Readonly<Record<string, string>>): BilingualText {
  const { vi, en } = FAULT_TEXTS[code];
  return { vi: filled(vi, details), en: filled(en, details) };
}

function filled(template: string, details: Readonly<Record<string, string>>): string {
  return template.replace(/\{([a-z]+)\}/g, (whole, name: string) => details[name] ?? whole);
}
