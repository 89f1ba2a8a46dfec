import type { RequestListener, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express';
import type { ApiParts } from './api-parts.js';
import { ApiModule, COMMAND_CONTROLLERS, QUERY_CONTROLLERS } from './api.module.js';
import { logAccess } from './http/access-log.js';
import { checkHostAndOrigin } from './http/host-check.js';
import { InputPipe } from './http/input-pipe.js';
import { Lane } from './http/lane.js';
import { NestLogger } from './http/nest-logger.js';
import { Problem } from './http/problem.js';
import { ProblemFilter } from './http/problem-filter.js';
import { answerBrokenRequest } from './http/raw-errors.js';
import { giveContext } from './http/request-context.js';
import { methodsAt } from './http/route-methods.js';
import { securityHeaders } from './http/security-headers.js';
import { HTTP_LIMITS } from './limits.js';
import { serveOpenApi } from './openapi/serve-openapi.js';

export interface ListenOptions {
  /** Address to bind to; loopback unless somebody decided otherwise. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Names besides the loopback ones that the Host header may say: a proxy's. */
  readonly allowedHosts?: readonly string[];
}

export interface ApiServer {
  readonly url: string;
  /** Takes no new request, finishes the accepted ones within the limit, then cuts what is left. */
  stop(): Promise<void>;
}

/** Boots the HTTP edge around the given parts and listens. Throws where the address is taken. */
export async function startApi(parts: ApiParts, options: ListenOptions): Promise<ApiServer> {
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.around(parts), {
    bodyParser: false, abortOnError: false, logger: new NestLogger(parts.logger), routeConflictPolicy: { duplicate: 'error' },
  });
  const express: Express = app.getHttpAdapter().getInstance();
  express.disable('x-powered-by').disable('etag');
  const gate = { isStopping: false };
  const edge = edgeOf(parts, options, gate);
  for (const step of edge) app.use(step);
  const problems = new ProblemFilter(parts.logger, (path) => methodsAt(express, path));
  app.useGlobalFilters(problems);
  serveOpenApi(app);
  const server = app.getHttpServer() as Server;
  bound(server);
  const controllers = [...COMMAND_CONTROLLERS, ...QUERY_CONTROLLERS];
  leadThrough(server, new Lane({ controllers, edge, problems, instanceOf: (type) => app.get(type), input: new InputPipe() }));
  await app.listen(options.port, options.host);
  return { url: urlOf(server, options.host), stop: () => stop(app, server, gate) };
}

/** What every request goes through first, on the lane and beside it alike. */
function edgeOf(parts: ApiParts, options: ListenOptions, gate: { readonly isStopping: boolean }): readonly RequestHandler[] {
  return [
    giveContext,
    logAccess(parts.accessLogger ?? parts.logger, (route, method, status, seconds) => parts.metrics.request(route, method, status, seconds)),
    securityHeaders(),
    checkHostAndOrigin([...namesOf(options.host), ...(options.allowedHosts ?? [])]),
    (_: Request, response: Response, next: NextFunction) => {
      if (!gate.isStopping) return next();
      response.setHeader('Connection', 'close');
      next(new Problem(503, 'stopping', { headers: { 'Retry-After': '1' } }));
    },
  ];
}

/** Commands and queries take the lane; everything else goes to whom it went before. */
function leadThrough(server: Server, lane: Lane): void {
  const others = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!lane.takes(request, response)) for (const other of others) other(request, response);
  });
}

/** What the Host header may call this machine besides the loopback names. A wildcard stands for all of its addresses. */
function namesOf(host: string): readonly string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  return [hostname(), ...Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []).map(({ address }) => address)];
}

function bound(server: Server): void {
  server.maxConnections = HTTP_LIMITS.connections;
  server.headersTimeout = HTTP_LIMITS.headersMs;
  server.requestTimeout = HTTP_LIMITS.requestMs;
  server.keepAliveTimeout = HTTP_LIMITS.keepAliveMs;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => answerBrokenRequest(error, socket as Socket));
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

async function stop(app: NestExpressApplication, server: Server, gate: { isStopping: boolean }): Promise<void> {
  gate.isStopping = true;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that is kept alive becomes idle only when its last answer is out: ask again until all are gone.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const cut = setTimeout(() => server.closeAllConnections(), HTTP_LIMITS.stopMs);
  server.closeIdleConnections();
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
  await app.close();
}
