import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { negotiateLanguage, type Language } from './language.js';

/** What is known of a request from its headers on. */
export interface RequestContext {
  readonly requestId: string;
  readonly correlationId: string;
  readonly language: Language;
  readonly startedAt: bigint;
  /** Set by the token guard. */
  actorId?: string;
  /** The problem's code where the answer is one, for log and metrics. */
  problem?: string;
}

declare module 'express-serve-static-core' {
  interface Request {
    soquy: RequestContext;
  }
}

// Ids from outside end up in logs and, as correlation id, in events: only a harmless form is taken over.
const TRUSTED_ID = /^[A-Za-z0-9._-]{1,64}$/;

function idOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && TRUSTED_ID.test(header) ? header : randomUUID();
}

/** Gives every request its ids and language, and says them in the answer. */
export function giveContext(request: Request, response: Response, next: NextFunction): void {
  const requestId = idOf(request.headers['x-request-id']);
  const correlation = request.headers['x-correlation-id'];
  request.soquy = {
    requestId,
    correlationId: correlation === undefined ? requestId : idOf(correlation),
    language: negotiateLanguage(request.headers['accept-language']),
    startedAt: process.hrtime.bigint(),
  };
  response.setHeader('X-Request-Id', request.soquy.requestId);
  response.setHeader('X-Correlation-Id', request.soquy.correlationId);
  next();
}
