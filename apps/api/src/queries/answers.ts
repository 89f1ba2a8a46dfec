import { Inject, Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { CheckpointWatch, isPassingFailure, type Reflected, type SqlRunner } from '@ledger/projection-runtime';
import { PARTS, type ApiParts } from '../api-parts.js';
import { positionToken, Positions } from '../http/positions.js';
import { Problem } from '../http/problem.js';
import { HTTP_LIMITS } from '../limits.js';
import { AskProjection } from './ask-projection.js';
import type { Asking } from './asks.js';

/** What an answer reflects: null before the projection has seen anything. */
export interface AsOf {
  readonly asOfPosition: string | null;
  /** When the last event reflected was recorded. */
  readonly asOfTime: string | null;
}

/** Asks projections on behalf of a request: waits for the position it names, and says what the answer reflects. */
@Injectable()
export class Answers {
  private readonly watch: CheckpointWatch;

  constructor(
    @Inject(PARTS) parts: ApiParts,
    private readonly bus: QueryBus,
    private readonly positions: Positions,
  ) {
    this.watch = new CheckpointWatch(parts.database);
  }

  /** `projections` are those that the question reads. Throws Problems. */
  async ask<Value>(asking: Asking, projection: string, ask: (database: SqlRunner) => Promise<Reflected<Value>>): Promise<{ value: Value; asOf: AsOf }> {
    try {
      await this.waitFor(asking.atPosition, projection);
      const { value, position, logId, eventTime } = await this.bus.execute(new AskProjection(ask));
      const asOfPosition = position === undefined || logId === undefined ? null : positionToken(logId, position);
      if (asOfPosition !== null) asking.response.setHeader('Soquy-Position', asOfPosition);
      return { value, asOf: { asOfPosition, asOfTime: eventTime ?? null } };
    } catch (error) {
      throw isAway(error) ? new Problem(503, 'database_unavailable', { headers: { 'Retry-After': '1' } }) : error;
    }
  }

  private async waitFor(token: string | undefined, projection: string): Promise<void> {
    if (token === undefined) return;
    const { position, logId } = await this.positions.placeOf(token);
    const outcome = await this.watch.waitFor(position, [projection], HTTP_LIMITS.positionWaitMs, logId);
    if (outcome.kind === 'reached') return;
    const code = outcome.kind === 'stopped' ? 'projection_stopped' : 'position_not_reached';
    throw new Problem(503, code, { details: { projection }, headers: { 'Retry-After': outcome.kind === 'stopped' ? '60' : '1' } });
  }
}

// Before the projector has run once there are no views to read.
const NOT_MADE_YET = new Set(['42P01', '3F000']);

function isAway(error: unknown): boolean {
  if (isPassingFailure(error)) return true;
  if (!(error instanceof Error)) return false;
  return error.message === 'Query read timeout' || ('code' in error && NOT_MADE_YET.has(String(error.code)));
}
