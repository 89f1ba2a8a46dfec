import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

const NOTHING = ["'none'"];

/** Answers are data: nothing in them may be run, framed or guessed at. */
const forData = headersOf(helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: NOTHING, frameAncestors: NOTHING } },
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'no-referrer' },
}));

/** The page to try the API loads its own files and nothing else; Swagger UI writes style attributes and data: images. */
const forPage = headersOf(helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: NOTHING, scriptSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"], fontSrc: ["'self'"], baseUri: NOTHING, formAction: NOTHING, frameAncestors: NOTHING,
    },
  },
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'no-referrer' },
}));

type Headers = readonly (readonly [string, string])[];

/** What the middleware says, taken once: it says the same to everybody, and takes a dozen calls for it each time. */
function headersOf(say: ReturnType<typeof helmet>): Headers {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  say(request, response, (error?: unknown) => {
    if (error !== undefined) throw error;
  });
  return response.getHeaderNames().map((name) => [name, String(response.getHeader(name))]);
}

export function securityHeaders(): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    const isPage = request.path === '/docs' || request.path.startsWith('/docs/');
    for (const [name, value] of isPage ? forPage : forData) response.setHeader(name, value);
    next();
  };
}
