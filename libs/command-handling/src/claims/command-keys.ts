import type { DataSource } from 'typeorm';
import { invariant } from '@ledger/kernel';
import { MicroBatcher } from '../micro-batcher.js';
import { PostgresAway, PostgresSilent } from '../postgres-away.js';
import { PreparedStatement } from '../prepared-statement.js';
import type { LedgerLimits } from '../limits.js';
import type { LedgerLog } from '../ledger-log.js';

export interface Claim {
  readonly commandId: string;
  /** Hex. */
  readonly inputHash: string;
  readonly stream: string;
  /** The stream's revision before the command could have been appended; −1 for none. */
  readonly revisionThen: bigint;
}

/** Where a command's events stand in its stream, and a log position that is at or after theirs. */
export interface BookedPlace {
  readonly first: bigint;
  readonly last: bigint;
  readonly position: bigint;
}

export type ClaimVerdict =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'other_input' }
  | { readonly kind: 'claimed_before'; readonly stream: string; readonly revisionThen: bigint; readonly booked: BookedPlace | undefined };

interface KeyRow {
  readonly command_id: string;
  readonly fresh: boolean;
  readonly input_hash: string | null;
  readonly stream: string | null;
  readonly revision_then: string | null;
  readonly outcome: { readonly first: string; readonly last: string; readonly position: string } | null;
}

const COLUMNS = `k.command_id, encode(k.input_hash, 'hex') AS input_hash, k.stream, k.revision_then, k.outcome`;

// One statement claims what is new and shows what is known; nothing is written where all is known.
const CLAIM = new PreparedStatement<KeyRow>('soquy_claim', `
  WITH wanted AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[]) AS w(command_id, input_hash, stream, revision_then)
  ), known AS (
    SELECT ${COLUMNS} FROM command.command_keys k JOIN wanted USING (command_id)
  ), claimed AS (
    INSERT INTO command.command_keys (command_id, input_hash, stream, revision_then)
    SELECT w.command_id, decode(w.input_hash, 'hex'), w.stream, w.revision_then FROM wanted w
    WHERE NOT EXISTS (SELECT FROM known WHERE known.command_id = w.command_id)
    ON CONFLICT (command_id) DO NOTHING
    RETURNING command_id
  )
  SELECT false AS fresh, known.* FROM known
  UNION ALL
  SELECT true, command_id, NULL, NULL, NULL, NULL FROM claimed`);

const LOOK_UP = new PreparedStatement<KeyRow>('soquy_look_up', `SELECT false AS fresh, ${COLUMNS} FROM command.command_keys k WHERE k.command_id = ANY($1::uuid[])`);

// Losing an outcome in a crash costs a read of the stream, so this need not wait for the disk.
const RECORD_OUTCOMES = new PreparedStatement<never>('soquy_outcomes', `
  UPDATE command.command_keys k
  SET outcome = jsonb_build_object('first', w.first, 'last', w.last, 'position', w.position)
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS w(command_id, first, last, position),
       (SELECT set_config('synchronous_commit', 'off', true)) AS without_waiting
  WHERE k.command_id = w.command_id AND k.outcome IS NULL`);

/** Outcomes gather for so long, in milliseconds: nobody waits for them, and many cost Postgres little more than one. */
const OUTCOMES_GATHER_MS = 100;

const byId = (a: { readonly commandId: string }, b: { readonly commandId: string }): number => (a.commandId < b.commandId ? -1 : 1);

/** The register of command ids: who came first with which input, and where its events are. */
export class CommandKeys {
  private readonly claims: MicroBatcher<Claim, ClaimVerdict>;
  private readonly outcomes: MicroBatcher<{ readonly commandId: string; readonly place: BookedPlace }, void>;
  private outcomesWaiting = 0;

  constructor(
    private readonly database: DataSource,
    private readonly limits: LedgerLimits,
    private readonly log: LedgerLog,
  ) {
    this.claims = new MicroBatcher((claims) => this.claimAll(claims), limits.rowsPerStatement);
    this.outcomes = new MicroBatcher((items) => this.recordAll(items), limits.rowsPerStatement, OUTCOMES_GATHER_MS);
  }

  /** Claims a command id, together with all that are waiting now. Throws PostgresAway. The id must not be waiting already. */
  claim(claim: Claim): Promise<ClaimVerdict> {
    return this.claims.add(claim);
  }

  /** Remembers where a command was booked. Written behind; where it is lost, the log still tells. */
  record(commandId: string, place: BookedPlace): void {
    if (this.outcomesWaiting >= this.limits.outcomesWaiting) return;
    this.outcomesWaiting += 1;
    this.outcomes
      .add({ commandId, place })
      .catch((error: unknown) => this.log.warn({ err: error }, 'outcome of a command not recorded; it will be read from the log'))
      .finally(() => (this.outcomesWaiting -= 1));
  }

  /** Waits until every recorded outcome is written or given up. */
  async flush(): Promise<void> {
    await this.outcomes.idle();
  }

  private async claimAll(claims: readonly Claim[]): Promise<ClaimVerdict[]> {
    // In one order everywhere, so that two processes claiming the same keys wait for each other and never in a circle.
    const sorted = [...claims].sort(byId);
    const rows = await this.query(CLAIM, [
      sorted.map((claim) => claim.commandId),
      sorted.map((claim) => claim.inputHash),
      sorted.map((claim) => claim.stream),
      sorted.map((claim) => claim.revisionThen.toString()),
    ]);
    const found = new Map(rows.map((row) => [row.command_id, row]));
    // A key that another process claimed during our statement is in neither part of the answer.
    const missed = sorted.filter((claim) => !found.has(claim.commandId)).map((claim) => claim.commandId);
    if (missed.length > 0) for (const row of await this.query(LOOK_UP, [missed])) found.set(row.command_id, row);
    return claims.map((claim) => verdictOf(claim, found.get(claim.commandId)));
  }

  private async recordAll(items: readonly { readonly commandId: string; readonly place: BookedPlace }[]): Promise<void[]> {
    const sorted = [...items].sort(byId);
    await RECORD_OUTCOMES.rows(this.database, [
      sorted.map((item) => item.commandId),
      sorted.map((item) => item.place.first.toString()),
      sorted.map((item) => item.place.last.toString()),
      sorted.map((item) => item.place.position.toString()),
    ]);
    return items.map(() => undefined);
  }

  /**
   * A pooled connection may have died unnoticed, so a lost one is tried once more. Where the first try did claim, the
   * second sees a claim without outcome, and the log tells that nothing was booked.
   */
  private async query(statement: PreparedStatement<KeyRow>, parameters: readonly unknown[]): Promise<KeyRow[]> {
    try {
      return await statement.rows(this.database, parameters);
    } catch (error) {
      if (!(error instanceof PostgresAway) || error instanceof PostgresSilent) throw error;
      return statement.rows(this.database, parameters);
    }
  }
}

function verdictOf(claim: Claim, row: KeyRow | undefined): ClaimVerdict {
  invariant(row, 'a claimed command id is in the register');
  if (row.fresh) return { kind: 'fresh' };
  if (row.input_hash !== claim.inputHash) return { kind: 'other_input' };
  invariant(row.stream !== null && row.revision_then !== null, 'a registered command id names its stream');
  const booked = row.outcome
    ? { first: BigInt(row.outcome.first), last: BigInt(row.outcome.last), position: BigInt(row.outcome.position) }
    : undefined;
  return { kind: 'claimed_before', stream: row.stream, revisionThen: BigInt(row.revision_then), booked };
}
