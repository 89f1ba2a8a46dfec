// What a refused registration says, and what any command may be refused for. {names} are the refusal's details.

export const REGISTRATION_REFUSALS = {
  amount_is_too_large: { vi: 'Số tiền vượt mức lớn nhất ghi được là {largest} đồng.', en: 'The amount is over the largest that can be recorded, {largest} đồng.' },
  amount_must_be_positive: { vi: 'Số tiền phải lớn hơn 0.', en: 'The amount must be more than 0.' },
  amount_must_not_be_negative: { vi: 'Số tiền không được âm.', en: 'The amount must not be negative.' },
  association_already_registered: { vi: 'Hội có mã {code} đã được đăng ký. Hãy dùng mã khác.', en: 'An association with code {code} is registered already. Use another code.' },
  association_not_found: { vi: 'Không có hội này. Hãy đăng ký trước, hoặc kiểm tra mã hội.', en: 'There is no such association. Register it first, or check its code.' },
  association_root_does_not_match: {
    vi: 'Hội không thuộc cây hội đã nêu. Hãy kiểm tra hội cấp trên và mã hội gốc.',
    en: 'The association does not belong to the tree that was named. Check its parent and the root\'s code.',
  },
  beneficiary_already_registered: { vi: 'Người thụ hưởng có mã {code} đã được đăng ký. Hãy dùng mã khác.', en: 'A beneficiary with code {code} is registered already. Use another code.' },
  beneficiary_not_found: { vi: 'Không có người thụ hưởng này. Hãy đăng ký trước, hoặc kiểm tra mã.', en: 'There is no such beneficiary. Register them first, or check the code.' },
  campaign_already_launched: { vi: 'Đợt vận động có mã {code} đã có. Hãy dùng mã khác.', en: 'A campaign with code {code} exists already. Use another code.' },
  campaign_not_found: { vi: 'Không có đợt vận động này. Hãy kiểm tra mã.', en: 'There is no such campaign. Check its code.' },
  cancellation_before_pledge: {
    vi: 'Cam kết ghi ngày {madeOn}. Hãy hủy từ ngày đó trở đi, không phải ngày {day}.',
    en: 'The pledge was made on {madeOn}. Cancel it on that day or later, not {day}.',
  },
  count_must_be_whole_and_not_negative: { vi: 'Số đếm phải là số nguyên từ 0.', en: 'The count must be a whole number from 0.' },
  date_is_after_today: {
    vi: 'Ngày {day} ở sau hôm nay ({today}, giờ Việt Nam). Hãy ghi vào ngày đã qua hoặc hôm nay.',
    en: '{day} lies after today ({today} in Vietnam). Use today or an earlier day.',
  },
  direct_support_already_reported: {
    vi: 'Hỗ trợ trực tiếp số {reference} đã được ghi cho hội này. Hãy kiểm tra, hoặc dùng số khác.',
    en: 'Direct support {reference} is recorded for this association already. Check it, or use another number.',
  },
  donor_already_registered: { vi: 'Nhà hảo tâm có mã {code} đã được đăng ký. Hãy dùng mã khác.', en: 'A donor with code {code} is registered already. Use another code.' },
  donor_not_found: { vi: 'Không có nhà hảo tâm này. Hãy đăng ký trước, hoặc kiểm tra mã.', en: 'There is no such donor. Register them first, or check the code.' },
  endowment_principal_must_lie_in_bank: {
    vi: 'Vốn gốc ({endowmentPrincipal}) phải nằm trong ngân hàng, nhưng số dư ngân hàng chỉ có {bank}, thiếu {shortBy} đồng.',
    en: 'The endowment principal ({endowmentPrincipal}) must lie in the bank, which holds {bank}: {shortBy} đồng too few.',
  },
  fund_already_opened: { vi: 'Quỹ có mã {code} đã được mở. Hãy dùng mã khác.', en: 'A fund with code {code} is open already. Use another code.' },
  honour_already_conferred: { vi: 'Khen thưởng có mã {code} đã được ghi cho hội này. Hãy dùng mã khác.', en: 'An award with code {code} is recorded for this association already. Use another code.' },
  name_must_be_given_in_the_clear: { vi: 'Tổ chức hoặc nhóm phải có tên.', en: 'An organisation or group needs its name.' },
  only_persons_can_be_erased: { vi: 'Tổ chức và nhóm không phải dữ liệu cá nhân nên không xóa.', en: 'Organisations and groups are no personal data and are not erased.' },
  person_already_erased: { vi: 'Dữ liệu cá nhân của người này đã được xóa.', en: 'This person\'s data are erased already.' },
  personal_data_must_be_sealed: { vi: 'Dữ liệu cá nhân phải được niêm phong trước khi ghi.', en: 'Personal data must be sealed before they are recorded.' },
  pledge_already_cancelled: { vi: 'Cam kết đã bị hủy ngày {cancelledOn}.', en: 'The pledge was cancelled on {cancelledOn} already.' },
  pledge_already_made: { vi: 'Cam kết có mã {code} đã được ghi. Hãy dùng mã khác.', en: 'A pledge with code {code} is recorded already. Use another code.' },
  pledge_not_found: { vi: 'Không có cam kết này. Hãy kiểm tra mã.', en: 'There is no such pledge. Check its code.' },
  restricted_fund_needs_a_purpose: { vi: 'Quỹ có điều kiện phải nêu mục đích.', en: 'A restricted fund needs its purpose.' },
  scholarship_program_already_established: { vi: 'Chương trình học bổng có mã {code} đã có. Hãy dùng mã khác.', en: 'A scholarship programme with code {code} exists already. Use another code.' },
  scholarship_program_not_found: { vi: 'Không có chương trình học bổng này. Hãy kiểm tra mã.', en: 'There is no such scholarship programme. Check its code.' },
  scholarship_program_of_another_fund: {
    vi: 'Chương trình học bổng này thuộc quỹ khác. Hãy trao từ quỹ của chương trình.',
    en: 'The scholarship programme belongs to another fund. Award it from the programme\'s own fund.',
  },
} as const;
