// What a refused entry into a fund's book says: what is wrong, and what to do. {names} are the refusal's details.

export const BOOK_REFUSALS = {
  account_would_be_overdrawn: {
    vi: 'Tài khoản {account} của quỹ thiếu {shortBy} đồng vào ngày {day} (còn {balance}). Hãy giảm số tiền, chọn tài khoản khác hoặc ghi khoản thu còn thiếu trước.',
    en: 'The fund\'s {account} account falls short by {shortBy} đồng on {day} (it holds {balance}). Lower the amount, choose another account, or record the missing receipt first.',
  },
  account_would_exceed_the_largest_amount: {
    vi: 'Số dư tài khoản sẽ vượt mức lớn nhất ghi được là {largest} đồng. Hãy kiểm tra lại số tiền.',
    en: 'The account would hold more than the largest amount that can be recorded, {largest} đồng. Check the amount.',
  },
  adjustment_before_last_entry_of_scholarship: {
    vi: 'Học bổng này đã có bút toán ngày {lastOn}. Hãy ghi điều chỉnh từ ngày đó trở đi, không phải ngày {day}.',
    en: 'The scholarship has an entry on {lastOn}. Date the adjustment on that day or later, not {day}.',
  },
  adjustment_before_original: {
    vi: 'Chứng từ gốc ghi ngày {originalOn}. Hãy ghi điều chỉnh từ ngày đó trở đi, không phải ngày {day}.',
    en: 'The original voucher is dated {originalOn}. Date the adjustment on that day or later, not {day}.',
  },
  adjustment_before_previous: {
    vi: 'Chứng từ này đã được điều chỉnh ngày {lastOn}. Hãy ghi điều chỉnh mới từ ngày đó trở đi, không phải ngày {day}.',
    en: 'The voucher was adjusted on {lastOn} already. Date the new adjustment on that day or later, not {day}.',
  },
  adjustment_takes_voucher_below_zero: {
    vi: 'Chứng từ chỉ còn {remaining} đồng; điều chỉnh này giảm quá {shortBy} đồng. Hãy giảm nhiều nhất {remaining} đồng.',
    en: 'The voucher amounts to {remaining} đồng; the adjustment lowers it by {shortBy} too much. Lower it by {remaining} at most.',
  },
  book_already_opened: { vi: 'Sổ của quỹ đã được mở.', en: 'The fund\'s book is open already.' },
  books_already_closed_through: {
    vi: 'Sổ đã khóa đến hết ngày {closedThrough}. Hãy chọn ngày khóa sổ sau ngày đó, không phải {day}.',
    en: 'The books are closed through {closedThrough}. Choose a later day to close through than {day}.',
  },
  closing_would_be_too_large: {
    vi: 'Không khóa sổ được: còn {scholarships} học bổng chưa chi hết và {laterDays} ngày đã ghi sau ngày khóa. Hãy chọn ngày khóa muộn hơn, hoặc chi hay hủy bớt học bổng.',
    en: 'The books cannot be closed: {scholarships} scholarships are not paid in full and {laterDays} days after the closing have entries. Close through a later day, or pay or revoke scholarships first.',
  },
  date_is_before_fund_opened: {
    vi: 'Quỹ mở ngày {openedOn}. Hãy ghi từ ngày đó trở đi, không phải ngày {day}.',
    en: 'The fund opened on {openedOn}. Use that day or a later one, not {day}.',
  },
  day_is_closed: {
    vi: 'Sổ đã khóa đến hết ngày {closedThrough}. Hãy ghi vào một ngày sau đó, không phải ngày {day}.',
    en: 'The books are closed through {closedThrough}. Use a later day than {day}.',
  },
  delta_must_not_be_zero: {
    vi: 'Số điều chỉnh phải khác 0: số dương để tăng, số âm để giảm.',
    en: 'The adjustment must not be 0: give a positive figure to raise the voucher, a negative one to lower it.',
  },
  endowment_gift_names_its_donor: {
    vi: 'Vốn gốc tăng do tài trợ phải có nhà hảo tâm; lấy từ số dư khả dụng thì không ghi nhà hảo tâm.',
    en: 'An addition given by a donor names the donor; one taken from available money names none.',
  },
  endowment_principal_would_be_spent: {
    vi: 'Vốn gốc phải giữ nguyên trong ngân hàng: ngày {day} chỉ còn {balance} đồng trên vốn gốc, thiếu {shortBy} đồng. Hãy giảm số tiền hoặc chi từ tiền mặt.',
    en: 'The endowment principal must stay in the bank: on {day} only {balance} đồng lie above it, {shortBy} too few. Lower the amount, or pay in cash.',
  },
  external_reference_already_used: {
    vi: 'Số {externalReference} đã dùng cho một {kind} khác của quỹ này. Hãy kiểm tra xem chứng từ đã được ghi chưa, hoặc dùng số khác.',
    en: 'Number {externalReference} is on another {kind} voucher of this fund. Check whether it is recorded already, or use another number.',
  },
  fund_not_found: { vi: 'Không có quỹ này. Hãy mở quỹ trước, hoặc kiểm tra mã quỹ.', en: 'There is no such fund. Open it first, or check its code.' },
  goods_and_money_do_not_mix: {
    vi: 'Hiện vật không thay cho tiền và tiền không thay cho hiện vật ({from} → {to}). Hãy chọn lại tài khoản.',
    en: 'Goods never stand for money, nor money for goods ({from} → {to}). Choose another account.',
  },
  instalment_already_paid: {
    vi: 'Đợt {instalment} của học bổng này đã chi (đã chi {paid}/{planned} đợt). Không chi lại; hãy kiểm tra số đợt.',
    en: 'Instalment {instalment} of this scholarship is paid already ({paid} of {planned} are). Do not pay it again; check its number.',
  },
  instalment_before_award: {
    vi: 'Học bổng trao ngày {awardedOn}. Hãy chi từ ngày đó trở đi, không phải ngày {day}.',
    en: 'The scholarship was awarded on {awardedOn}. Pay it on that day or later, not {day}.',
  },
  instalment_before_previous: {
    vi: 'Học bổng này đã có bút toán ngày {lastOn}. Hãy chi từ ngày đó trở đi, không phải ngày {day}.',
    en: 'The scholarship has an entry on {lastOn}. Pay the instalment on that day or later, not {day}.',
  },
  instalment_exceeds_scholarship: {
    vi: 'Học bổng chỉ còn {remaining} đồng để chi, thiếu {shortBy} đồng. Hãy giảm số tiền.',
    en: 'Only {remaining} đồng of the scholarship are left to pay, {shortBy} too few. Lower the amount.',
  },
  instalment_must_be_one_or_more: { vi: 'Số đợt phải là số nguyên từ 1.', en: 'The instalment is a whole number from 1.' },
  instalment_of_another_beneficiary: {
    vi: 'Học bổng này trao cho người khác. Hãy kiểm tra người nhận và mã học bổng.',
    en: 'This scholarship was awarded to somebody else. Check the recipient and the scholarship.',
  },
  instalment_out_of_order: {
    vi: 'Phải chi lần lượt: đợt tiếp theo là đợt {next}, không phải đợt {instalment}.',
    en: 'Instalments are paid in order: the next one is {next}, not {instalment}.',
  },
  instalments_must_be_one_or_more: { vi: 'Số đợt chi phải là số nguyên từ 1.', en: 'The number of instalments is a whole number from 1.' },
  payment_exceeds_available_balance: {
    vi: 'Số dư khả dụng của quỹ thiếu {shortBy} đồng vào ngày {day} (còn {available}, đã trừ vốn gốc và học bổng chưa chi). Hãy giảm số tiền hoặc ghi khoản thu còn thiếu trước.',
    en: 'The fund\'s available balance falls short by {shortBy} đồng on {day} ({available} are left after the endowment principal and unpaid scholarships). Lower the amount, or record the missing receipt first.',
  },
  purpose_not_allowed_by_fund: {
    vi: 'Quỹ này chỉ dùng cho: {allowed}; không dùng cho: {purpose}. Hãy chọn quỹ khác.',
    en: 'This fund is restricted to: {allowed}; it cannot be used for: {purpose}. Choose another fund.',
  },
  receiving_fund_not_found: { vi: 'Không có quỹ nhận. Hãy mở quỹ trước, hoặc kiểm tra mã quỹ.', en: 'There is no such receiving fund. Open it first, or check its code.' },
  revocation_before_last_entry: {
    vi: 'Học bổng này đã có bút toán ngày {lastOn}. Hãy hủy từ ngày đó trở đi, không phải ngày {day}.',
    en: 'The scholarship has an entry on {lastOn}. Revoke it on that day or later, not {day}.',
  },
  scholarship_already_awarded: { vi: 'Học bổng {code} đã được trao từ quỹ này. Hãy dùng mã khác.', en: 'Scholarship {code} was awarded by this fund already. Use another code.' },
  scholarship_already_paid_in_full: { vi: 'Học bổng đã chi hết, không còn gì để hủy.', en: 'The scholarship is paid in full: nothing is left to revoke.' },
  scholarship_already_revoked: { vi: 'Học bổng đã bị hủy ngày {revokedOn}.', en: 'The scholarship was revoked; its last entry is of {revokedOn}.' },
  scholarship_has_ended: {
    vi: 'Học bổng đã chi hết trước khi khóa sổ. Nếu cần chi thêm, hãy trao học bổng mới.',
    en: 'The scholarship was paid in full before the books were closed. To pay more, award a new one.',
  },
  scholarship_not_found: { vi: 'Quỹ này không có học bổng đó. Hãy kiểm tra mã học bổng.', en: 'This fund has no such scholarship. Check its code.' },
  transfer_adjustment_already_followed: { vi: 'Điều chỉnh chuyển tiền này đã được ghi.', en: 'This adjustment of a transfer is booked already.' },
  transfer_already_received: { vi: 'Khoản chuyển này đã được nhận.', en: 'This transfer was received already.' },
  transfer_is_lowered_in_the_receiving_fund: {
    vi: 'Muốn giảm một khoản chuyển, hãy điều chỉnh phiếu nhận chuyển của nó trong sổ của quỹ nhận.',
    en: 'To lower a transfer, adjust its transfer receipt in the book of the fund that received it.',
  },
  transfer_is_raised_in_the_sending_fund: {
    vi: 'Muốn tăng một khoản chuyển, hãy điều chỉnh phiếu chuyển của nó trong sổ của quỹ chuyển.',
    en: 'To raise a transfer, adjust its transfer voucher in the book of the fund that sent it.',
  },
  transfer_needs_two_funds: {
    vi: 'Quỹ chuyển và quỹ nhận là một. Hãy ghi là chuyển giữa các tài khoản của quỹ.',
    en: 'The sending and the receiving fund are the same. Record a move between the fund\'s own accounts.',
  },
  voucher_not_found: { vi: 'Quỹ này không có {kind} {voucher}. Hãy kiểm tra số chứng từ.', en: 'This fund has no {kind} voucher {voucher}. Check its number.' },
} as const;
