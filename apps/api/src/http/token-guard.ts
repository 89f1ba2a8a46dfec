import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { Problem } from './problem.js';
import { PARTS, type ApiParts } from '../api-parts.js';

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i;

/** Lets in whoever shows a token; the request then knows its actor. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(@Inject(PARTS) private readonly parts: Pick<ApiParts, 'actorOf'>) {}

  canActivate(context: ExecutionContext): boolean {
    this.admit(context.switchToHttp().getRequest<Request>());
    return true;
  }

  /** Throws Problems. */
  admit(request: Pick<Request, 'soquy' | 'headers'>): void {
    request.soquy.actorId = this.actorOf(request);
  }

  private actorOf(request: Pick<Request, 'headers'>): string {
    const header = request.headers.authorization;
    if (header === undefined) throw unauthorised('token_missing');
    const token = BEARER.exec(header)?.[1];
    const actorId = token === undefined ? undefined : this.parts.actorOf(token);
    if (actorId === undefined) throw unauthorised('token_unknown');
    return actorId;
  }
}

/** Where a token is not needed but one that is shown must be right: names open up to its holder. */
@Injectable()
export class OptionalTokenGuard implements CanActivate {
  constructor(private readonly guard: TokenGuard) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    return request.headers.authorization === undefined || this.guard.canActivate(context);
  }
}

function unauthorised(code: string): Problem {
  return new Problem(401, code, { headers: { 'WWW-Authenticate': 'Bearer realm="so-quy"' } });
}
