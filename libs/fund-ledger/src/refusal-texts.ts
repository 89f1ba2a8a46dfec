import type { Refusal } from '@ledger/kernel';
import { BOOK_REFUSALS } from './texts/book-refusals.js';
import { REGISTRATION_REFUSALS } from './texts/registration-refusals.js';
import { WORDS } from './texts/words.js';

export type Language = 'vi' | 'en';

/** What every refusal says; details fill the {names}. */
export const REFUSAL_TEXTS = { ...BOOK_REFUSALS, ...REGISTRATION_REFUSALS };

/** Every reason for which this lib refuses a command. */
export type RefusalCode = keyof typeof REFUSAL_TEXTS;

const AMOUNT = /^-?[0-9]+$/;
const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const NAMES_OF_AMOUNTS = new Set(['amount', 'available', 'balance', 'bank', 'endowmentPrincipal', 'largest', 'remaining', 'shortBy']);
/** Details that people wrote or that are codes: never translated. */
const VERBATIM = new Set(['code', 'externalReference', 'reference', 'voucher']);

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSAL_TEXTS, code);
}

/** The refusal as a sentence for people; a code from elsewhere reads as the sentence that it is. */
export function refusalText({ refused, details }: Pick<Refusal, 'refused' | 'details'>, language: Language): string {
  if (!isRefusalCode(refused)) return refused.replaceAll('_', ' ');
  return REFUSAL_TEXTS[refused][language].replace(/\{([a-zA-Z]+)\}/g, (_, name: string) => readable(name, details[name] ?? '…', language));
}

function readable(name: string, value: string, language: Language): string {
  if (VERBATIM.has(name)) return value;
  if (NAMES_OF_AMOUNTS.has(name) && AMOUNT.test(value)) return value.replace(/\B(?=([0-9]{3})+$)/g, language === 'vi' ? '.' : ',');
  const day = DAY.exec(value);
  if (day) return language === 'vi' ? `${day[3]}/${day[2]}/${day[1]}` : value;
  return Object.hasOwn(WORDS, value) ? WORDS[value]![language] : value;
}
