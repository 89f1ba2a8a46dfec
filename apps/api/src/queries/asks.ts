import type { ServerResponse } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** What a query's request says besides its parameters. */
export interface Asking {
  /** Undefined where no token was shown: names stay closed then. */
  readonly actorId: string | undefined;
  /** From the parameter or the header; the parameter wins. */
  readonly atPosition: string | undefined;
  readonly response: ServerResponse;
}

export const Asks = createParamDecorator((_: unknown, context: ExecutionContext): Asking => {
  const http = context.switchToHttp();
  const request = http.getRequest<Request>();
  const { atPosition } = request.query;
  const header = request.headers['soquy-position'];
  return {
    actorId: request.soquy.actorId,
    atPosition: typeof atPosition === 'string' ? atPosition : typeof header === 'string' ? header : undefined,
    response: http.getResponse<ServerResponse>(),
  };
});
