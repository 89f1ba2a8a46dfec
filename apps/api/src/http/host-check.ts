import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { Problem } from './problem.js';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Refuses requests that a browser was tricked into (DNS rebinding): the Host header must be a loopback name or one of
 * `allowedHosts` (names without port), and an Origin, where one is sent, must be this very server.
 */
export function checkHostAndOrigin(allowedHosts: readonly string[]): RequestHandler {
  const allowed = new Set([...LOOPBACK_NAMES, ...allowedHosts.map((each) => bracketed(each.toLowerCase()))]);
  return (request: Request, _response: Response, next: NextFunction): void => {
    const host = (request.headers.host ?? '').toLowerCase();
    const name = /^(\[[0-9a-f:.]+\]|[^:@/\\\s[\]]+)(?::[0-9]{1,5})?$/.exec(host)?.[1];
    if (name === undefined || !allowed.has(name)) return next(new Problem(421, 'host_not_allowed'));
    const origin = request.headers.origin?.toLowerCase();
    if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
      return next(new Problem(403, 'origin_not_allowed'));
    }
    next();
  };
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
