import type { Refusal } from '@ledger/kernel';

/** How the ledger answers a submission; every answer of `Ledger.execute` is one of these. */
export type ImportAnswer =
  | { readonly kind: 'accepted'; readonly repeated: boolean; readonly arrived: boolean; readonly position: bigint }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'idempotency_key_reused' }
  /** Not now: the same command again later. */
  | { readonly kind: 'busy' | 'store_unavailable' | 'outcome_unknown' | 'claims_unavailable'; readonly retryAfterSeconds: number }
  /** Only given to what an import never sends: a dry run, a precondition. */
  | { readonly kind: 'would_be_accepted' | 'precondition_failed' };

/** What became of one row in one attempt. */
export type RowOutcome =
  | { readonly kind: 'booked'; readonly repeated: boolean; readonly position: bigint }
  | { readonly kind: 'again'; readonly why: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'changed' };

export function outcomeOf(answer: ImportAnswer): RowOutcome {
  switch (answer.kind) {
    case 'accepted':
      // A transfer on its way is asked for again until it has arrived: the answer to the same command completes it.
      return answer.arrived ? { kind: 'booked', repeated: answer.repeated, position: answer.position } : { kind: 'again', why: 'in_transit' };
    case 'refused':
      return { kind: 'refused', refusal: answer.refusal };
    case 'idempotency_key_reused':
      return { kind: 'changed' };
    case 'busy':
    case 'store_unavailable':
    case 'outcome_unknown':
    case 'claims_unavailable':
      return { kind: 'again', why: answer.kind };
    case 'would_be_accepted':
    case 'precondition_failed':
      throw new Error(`an import asked for nothing that is answered ${answer.kind}`);
  }
}
