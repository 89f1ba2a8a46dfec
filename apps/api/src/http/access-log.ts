import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';

/**
 * One line for each answer. It names the route's pattern and never the query string or a body: a search by name is
 * personal data.
 */
export function logAccess(logger: Logger, observe: (route: string, method: string, status: number, seconds: number) => void): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    response.on('close', () => {
      const { requestId, correlationId, actorId, problem, startedAt } = request.soquy;
      const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
      const route = routeOf(request);
      observe(route, request.method, response.statusCode, seconds);
      logger.info({
        requestId, correlationId, actorId, method: request.method, route, status: response.statusCode, code: problem,
        ms: Math.round(seconds * 1e5) / 100, ...(response.writableFinished ? {} : { hungUp: true }),
      }, 'answered');
    });
    next();
  };
}

function routeOf(request: Request): string {
  const path: unknown = request.route?.path;
  return typeof path === 'string' ? path : '(none)';
}
