import { applyDecorators, Get, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { OptionalTokenGuard, TokenGuard } from '../http/token-guard.js';

export interface QueryDescription {
  readonly id: string;
  readonly path: string;
  readonly summary: readonly [string, string];
  /** Shows personal data: a token is needed. Otherwise one may be shown, and is checked. */
  readonly isPersonal?: boolean;
  /** The path names one thing, which may not exist. */
  readonly isOfOne?: boolean;
}

/** A GET that answers from the projections. */
export function QueryEndpoint({ id, path, summary, isPersonal, isOfOne }: QueryDescription): MethodDecorator {
  const extensions = { 'x-soquy-kind': isPersonal === true ? 'personal-query' : 'query', 'x-soquy-refusals': isOfOne === true ? ['resource_not_found'] : [] };
  return applyDecorators(
    Get(path),
    ApiOperation({ operationId: id, summary: summary.join(' · '), ...extensions } as object),
    ApiOkResponse({
      description: 'The answer, and what it reflects.',
      headers: { 'Soquy-Position': { description: 'As `asOfPosition`.', schema: { type: 'string' } } },
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Reflecting' } } },
    }),
    UseGuards(isPersonal === true ? TokenGuard : OptionalTokenGuard),
  );
}
