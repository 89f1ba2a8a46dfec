import { applyDecorators, Post, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { RefusalCode } from '@ledger/fund-ledger';
import { JsonBodyInterceptor } from '../http/json-body.js';
import { TokenGuard } from '../http/token-guard.js';

export interface CommandDescription {
  /** The operationId: the command's name in lower camel case. */
  readonly id: string;
  readonly path: string;
  /** Vietnamese, then English. */
  readonly summary: readonly [string, string];
  /** Names of the ledger's refusals that this command may meet, for the document. */
  readonly refusals: readonly RefusalCode[];
}

/** A POST that records something: token first, then the body, then the command. */
export function CommandEndpoint({ id, path, summary, refusals }: CommandDescription): MethodDecorator {
  return applyDecorators(
    Post(path),
    ApiOperation({ operationId: id, summary: summary.join(' · '), 'x-soquy-kind': 'command', 'x-soquy-refusals': refusals } as object),
    UseGuards(TokenGuard),
    UseInterceptors(JsonBodyInterceptor),
  );
}
