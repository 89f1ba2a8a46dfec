import helmet from 'helmet';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

const NOTHING = ["'none'"];

/** Answers are data: nothing in them may be run, framed or guessed at. */
const forData = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: NOTHING, frameAncestors: NOTHING } },
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'no-referrer' },
});

/** The page to try the API loads its own files and nothing else; Swagger UI writes style attributes and data: images. */
const forPage = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: NOTHING, scriptSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"], fontSrc: ["'self'"], baseUri: NOTHING, formAction: NOTHING, frameAncestors: NOTHING,
    },
  },
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'no-referrer' },
});

export function securityHeaders(): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    const isPage = request.path === '/docs' || request.path.startsWith('/docs/');
    (isPage ? forPage : forData)(request, response, (error?: unknown) => next(error));
  };
}
