import type { ServerResponse } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { derivedId, invariant } from '@ledger/kernel';
import { invalidInput, Problem } from '../http/problem.js';

export const LONGEST_IDEMPOTENCY_KEY = 200;

/** What a command's request says outside its body. */
export interface CommandRequest {
  readonly commandId: string;
  readonly actorId: string;
  readonly correlationId: string;
  readonly ifMatch?: bigint;
  readonly dryRun: boolean;
  readonly response: ServerResponse;
}

/** A command's request as its endpoint gets it. */
export const Submits = createParamDecorator((_: unknown, context: ExecutionContext): CommandRequest => {
  const http = context.switchToHttp();
  return commandRequestOf(http.getRequest<Request>(), http.getResponse<ServerResponse>());
});

/** The command's headers and `dryRun`, checked. Throws Problems. */
function commandRequestOf(request: Pick<Request, 'soquy' | 'headers' | 'query'>, response: ServerResponse): CommandRequest {
  const { actorId, correlationId } = request.soquy;
  invariant(actorId !== undefined, 'a command endpoint stands behind the token guard');
  const ifMatch = ifMatchOf(request);
  return {
    commandId: derivedId('command', actorId, idempotencyKeyOf(request)), actorId, correlationId,
    dryRun: dryRunOf(request), response,
    ...(ifMatch === undefined ? {} : { ifMatch }),
  };
}

function idempotencyKeyOf(request: Pick<Request, 'headers'>): string {
  const key = request.headers['idempotency-key'];
  if (key === undefined) throw new Problem(400, 'idempotency_key_missing', { errors: [{ header: 'Idempotency-Key', code: 'idempotency_key_missing' }] });
  if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key) || key.length > LONGEST_IDEMPOTENCY_KEY) {
    const details = { limit: String(LONGEST_IDEMPOTENCY_KEY) };
    throw new Problem(400, 'idempotency_key_malformed', { details, errors: [{ header: 'Idempotency-Key', code: 'idempotency_key_malformed', details }] });
  }
  return key;
}

/** An ETag of ours is the stream's revision in quotes. */
function ifMatchOf(request: Pick<Request, 'headers'>): bigint | undefined {
  const header = request.headers['if-match'];
  if (header === undefined) return undefined;
  const revision = /^"(0|[1-9][0-9]{0,17})"$/.exec(header)?.[1];
  if (revision === undefined) throw new Problem(400, 'if_match_malformed', { errors: [{ header: 'If-Match', code: 'if_match_malformed' }] });
  return BigInt(revision);
}

/** The one parameter that commands and imports take. */
export function dryRunOf(request: Pick<Request, 'query'>): boolean {
  const unknown = Object.keys(request.query).find((name) => name !== 'dryRun');
  if (unknown !== undefined) throw invalidInput([{ parameter: unknown, code: 'parameter_unknown' }]);
  const { dryRun } = request.query;
  if (dryRun === undefined || dryRun === 'false') return false;
  if (dryRun === 'true') return true;
  throw invalidInput([{ parameter: 'dryRun', code: 'not_in_list', details: { list: 'true, false' } }]);
}
