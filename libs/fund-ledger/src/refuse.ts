import { refusal, type Refusal } from '@ledger/kernel';
import type { RefusalCode } from './refusal-texts.js';

/** A refusal whose code has its texts: the compiler sees to it. */
export function refuse(code: RefusalCode, details: Record<string, string> = {}, field?: string): Refusal {
  return refusal(code, details, field);
}
