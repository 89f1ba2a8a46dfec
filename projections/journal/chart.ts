/** On which side an account's balance usually stands. */
export type Side = 'debit' | 'credit';

export interface LedgerAccount {
  readonly kind: 'asset' | 'net_assets' | 'transfer' | 'income' | 'expense' | 'memorandum';
  readonly side: Side;
  readonly vi: string;
  readonly en: string;
}

/**
 * The chart of accounts: every fund has all of them, and every entry stays within one fund. Memorandum accounts stand
 * off the balance sheet and balance each other. docs/chart-of-accounts.md says the same in prose.
 */
export const CHART = {
  '1110': { kind: 'asset', side: 'debit', vi: 'Tiền mặt', en: 'Cash' },
  '1120': { kind: 'asset', side: 'debit', vi: 'Tiền gửi ngân hàng', en: 'Bank' },
  '1500': { kind: 'asset', side: 'debit', vi: 'Hiện vật theo giá trị ghi nhận', en: 'Goods at their stated value' },
  '3000': { kind: 'net_assets', side: 'credit', vi: 'Số dư khi mở sổ', en: 'Opening balance' },
  '3100': { kind: 'net_assets', side: 'credit', vi: 'Vốn quỹ không hạn chế', en: 'Net assets without restriction' },
  '3200': { kind: 'net_assets', side: 'credit', vi: 'Vốn quỹ có hạn chế mục đích', en: 'Net assets with restriction' },
  '3300': { kind: 'net_assets', side: 'credit', vi: 'Vốn gốc không được chi', en: 'Endowment principal' },
  '3810': { kind: 'transfer', side: 'debit', vi: 'Chuyển cho quỹ khác', en: 'Transferred to other funds' },
  '3820': { kind: 'transfer', side: 'credit', vi: 'Nhận từ quỹ khác', en: 'Transferred from other funds' },
  '4100': { kind: 'income', side: 'credit', vi: 'Ủng hộ bằng tiền', en: 'Donations of money' },
  '4200': { kind: 'income', side: 'credit', vi: 'Ủng hộ bằng hiện vật', en: 'Donations in kind' },
  '4300': { kind: 'income', side: 'credit', vi: 'Ủng hộ vào vốn gốc', en: 'Gifts to the endowment' },
  '4400': { kind: 'income', side: 'credit', vi: 'Lãi tiền gửi', en: 'Bank interest' },
  '5100': { kind: 'expense', side: 'debit', vi: 'Học bổng', en: 'Scholarships' },
  '5200': { kind: 'expense', side: 'debit', vi: 'Tiền thưởng', en: 'Prizes' },
  '5310': { kind: 'expense', side: 'debit', vi: 'Tặng quà', en: 'Gifts' },
  '5320': { kind: 'expense', side: 'debit', vi: 'Hỗ trợ hoàn cảnh khó khăn', en: 'Hardship aid' },
  '5330': { kind: 'expense', side: 'debit', vi: 'Cứu trợ khẩn cấp', en: 'Emergency aid' },
  '5340': { kind: 'expense', side: 'debit', vi: 'Hỗ trợ học tập', en: 'Learning support' },
  '5350': { kind: 'expense', side: 'debit', vi: 'Trang thiết bị trường học', en: 'School equipment' },
  '5900': { kind: 'expense', side: 'debit', vi: 'Phí ngân hàng', en: 'Bank fees' },
  '9100': { kind: 'memorandum', side: 'credit', vi: 'Học bổng đã trao, chưa chi', en: 'Scholarships awarded and not yet paid' },
  '9190': { kind: 'memorandum', side: 'debit', vi: 'Đối ứng học bổng đã trao, chưa chi', en: 'Contra to scholarships awarded' },
} as const satisfies Readonly<Record<string, LedgerAccount>>;

export type AccountCode = keyof typeof CHART;

export const ACCOUNT_CODES = Object.keys(CHART).sort() as AccountCode[];
