import { canonicalText } from '@ledger/kernel';
import type { PersonVault } from '@ledger/privacy';
import type { Submission } from '../ledger.js';

/** A JSON value of the same content: amounts become digits, absent fields stay absent. */
function jsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(jsonValue);
  if (typeof value !== 'object' || value === null) return value;
  const plain: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) plain[key] = jsonValue(field);
  return plain;
}

/** Tells two inputs apart and nothing else. Taken before sealing, which gives another text each time. */
export function inputHashOf(vault: PersonVault, submission: Pick<Submission, 'command' | 'secrets'>): string {
  const { command, secrets } = submission;
  return vault.inputHash(canonicalText(jsonValue(secrets ? { command, secrets } : { command })));
}
