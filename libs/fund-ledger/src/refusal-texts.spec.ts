import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFUSAL_TEXTS, refusalText } from './index.js';

const LIB = join(process.cwd(), 'libs/fund-ledger/src');

function sources(specs: boolean): string {
  return readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name.endsWith('.spec.ts') === specs && !name.startsWith('texts'))
    .map((name) => readFileSync(join(LIB, name), 'utf8'))
    .join('\n');
}

describe('refusals', () => {
  it('are each used by a decision and proved by a spec', () => {
    for (const text of [sources(false), sources(true)]) {
      expect(Object.keys(REFUSAL_TEXTS).filter((code) => !text.includes(`'${code}'`))).toEqual([]);
    }
  });

  it('say in both languages the same figures', () => {
    const names = (text: string) => [...text.matchAll(/\{([a-zA-Z]+)\}/g)].map(([, name]) => name).sort();
    for (const [code, { vi, en }] of Object.entries(REFUSAL_TEXTS)) expect([code, names(vi)]).toEqual([code, names(en)]);
  });

  it('read well: amounts grouped, days and lists in the reader\'s words, codes as they are', () => {
    const refusal = { refused: 'account_would_be_overdrawn', details: { account: 'bank', day: '2023-01-31', shortBy: '1234567', balance: '-100' } };
    expect(refusalText(refusal, 'vi')).toBe('Tài khoản tiền gửi ngân hàng của quỹ thiếu 1.234.567 đồng vào ngày 31/01/2023 (còn -100). Hãy giảm số tiền, chọn tài khoản khác hoặc ghi khoản thu còn thiếu trước.');
    expect(refusalText(refusal, 'en')).toBe('The fund\'s bank account falls short by 1,234,567 đồng on 2023-01-31 (it holds -100). Lower the amount, choose another account, or record the missing receipt first.');
    expect(refusalText({ refused: 'fund_already_opened', details: { code: '1000' } }, 'en')).toContain('code 1000 is open');
  });

  it('from elsewhere read as the sentence that their code is', () => {
    expect(refusalText({ refused: 'body_is_too_large', details: {} }, 'en')).toBe('body is too large');
    expect(refusalText({ refused: 'toString', details: {} }, 'en')).toBe('toString');
  });
});
