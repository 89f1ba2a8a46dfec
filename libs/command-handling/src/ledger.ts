import type { Refusal } from '@ledger/kernel';
import type { LedgerCommand } from '@ledger/fund-ledger';

/** Personal text in clear, sealed by the handler under the person's key before anything is decided, hashed or stored. */
export interface Secrets {
  readonly personId: string;
  /** Becomes `sealed` of RegisterDonor / RegisterBeneficiary. */
  readonly profile?: { readonly name: string; readonly dateOfBirth?: string; readonly school?: string; readonly contact?: string };
  /** Become `description` / `reason` of the command. */
  readonly description?: string;
  readonly reason?: string;
}

export interface Submission {
  /** uuidv5(actor, Idempotency-Key), or uuidv5(root code, file, row) for an import. */
  readonly commandId: string;
  readonly actorId: string;
  readonly command: LedgerCommand;
  readonly secrets?: Secrets;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly source?: { readonly set: string; readonly seq: string };
  /** The revision the client saw of the command's stream; a mismatch is never retried. */
  readonly ifMatch?: bigint;
  readonly dryRun?: boolean;
}

export interface StoredEvent { readonly id: string; readonly type: string; readonly data: object }

export type CommandAnswer =
  | { readonly kind: 'accepted'; readonly stream: string; readonly revision: bigint; readonly position: bigint; readonly events: readonly StoredEvent[];
      /** True where this is the answer of an earlier attempt. */ readonly repeated: boolean;
      /** False for a transfer whose other half is still on its way; the courier completes it. */ readonly arrived: boolean }
  | { readonly kind: 'would_be_accepted'; readonly stream: string; readonly revision: bigint | 'no_stream'; readonly events: readonly StoredEvent[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'idempotency_key_reused' }
  | { readonly kind: 'precondition_failed'; readonly revision: bigint | 'no_stream' }
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number }
  | { readonly kind: 'store_unavailable'; readonly retryAfterSeconds: number }
  | { readonly kind: 'outcome_unknown'; readonly retryAfterSeconds: number }
  /** Postgres is away: keys can be neither claimed nor looked up, nothing was sent. */
  | { readonly kind: 'claims_unavailable'; readonly retryAfterSeconds: number };

export type AcceptedAnswer = Extract<CommandAnswer, { kind: 'accepted' }>;

/** Load → decide → append. Order of submission is kept per stream. */
export interface Ledger {
  execute(submission: Submission): Promise<CommandAnswer>;
}
