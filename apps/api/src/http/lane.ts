import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { ExecutionContext, Type } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { invariant } from '@ledger/kernel';
import { readJsonBody } from './json-body.js';
import { routesOf, type LaneRoute, type LaneInstances, type Taken } from './lane-routes.js';
import type { ProblemFilter } from './problem-filter.js';
import { JSON_TYPE, sendBytes, sendText } from './send-text.js';
import { WrittenAnswer } from './written-answer.js';

export interface LaneParts extends LaneInstances {
  readonly controllers: readonly Type[];
  /** What every request goes through first, in this order. None of them waits for anything. */
  readonly edge: readonly RequestHandler[];
  readonly problems: ProblemFilter;
}

/** A path, and after it a query string in which every parameter has a name and a value. */
const PLAIN_ADDRESS = /^((?:\/(?:[A-Za-z0-9._~:-]|%[0-9A-Fa-f]{2})+)+)(?:\?([A-Za-z]+=(?:[A-Za-z0-9._~:+-]|%[0-9A-Fa-f]{2})*(?:&[A-Za-z]+=(?:[A-Za-z0-9._~:+-]|%[0-9A-Fa-f]{2})*)*))?$/;
/** Express answers these with a 304 where it sees fit. */
const CONDITIONS = ['if-none-match', 'if-modified-since'] as const;

/**
 * The short way of a command or query from the socket to its endpoint and back. Express's router and Nest's pipeline do
 * nothing for it but cost it three times what is done for it here: the same parts, called in the same order. What an
 * endpoint takes and who guards it is read from its decorators, so that there is one account of it. Requests that are
 * not plainly one of these go the long way, which answers alike: a spec holds the two against each other.
 */
export class Lane {
  private readonly routes = new Map<string, LaneRoute[]>();

  constructor(private readonly parts: LaneParts) {
    for (const route of parts.controllers.flatMap((type) => routesOf(type, parts))) {
      const kind = kindOf(route.method, route.segments);
      this.routes.set(kind, [...(this.routes.get(kind) ?? []), route]);
    }
  }

  /** False where it is left to others, untouched. */
  takes(request: IncomingMessage, response: ServerResponse): boolean {
    const [, path, query] = PLAIN_ADDRESS.exec(request.url ?? '') ?? [];
    if (path === undefined || CONDITIONS.some((name) => request.headers[name] !== undefined)) return false;
    const raw = path.slice(1).split('/');
    const route = this.routes.get(kindOf(request.method, raw))?.find(({ segments }) => segments.every((text, at) => text.startsWith(':') || text === raw[at]));
    const segments = route && decoded(raw);
    if (!route || !segments) return false;
    // Express parses query strings with this very function.
    const asked = Object.assign(request, { path, route: { path: route.pattern }, query: query === undefined ? {} : parse(query) }) as unknown as Request;
    // A problem that cannot even be told ends the connection, and no more than that.
    this.answer(route, { segments, request: asked, response, context: contextOf(asked, response) }).catch(() => response.destroy());
    return true;
  }

  private async answer(route: LaneRoute, taken: Taken): Promise<void> {
    const { request, response, context } = taken;
    try {
      for (const step of this.parts.edge) passed(step, request, response as Response);
      for (const guard of route.guards) invariant(guard.canActivate(context) === true, 'a guard lets pass at once, or throws what it refuses with');
      const body = route.readsBody ? await readJsonBody(request) : undefined;
      const values: unknown[] = [];
      for (const { index, take } of route.parameters) values[index] = take(taken, body);
      const answer = await route.call(...values);
      if (answer instanceof WrittenAnswer) sendBytes(response, JSON_TYPE, answer.text);
      else sendText(response, JSON_TYPE, typeof answer === 'string' ? answer : JSON.stringify(answer));
    } catch (error) {
      this.parts.problems.answer(error, request, response);
    }
  }
}

/** Routes that differ here cannot be mistaken for each other: their paths begin with a word of their own. */
function kindOf(method: string | undefined, segments: readonly string[]): string {
  return `${method} ${segments.length} ${segments[0]}`;
}

/** Undefined where an escape stands for no character. */
function decoded(segments: readonly string[]): readonly string[] | undefined {
  try {
    return segments.map((text) => (text.includes('%') ? decodeURIComponent(text) : text));
  } catch {
    return undefined;
  }
}

/** As much of it as guards and parameters' decorators may use; whoever asks for more fails at once. */
function contextOf(request: Request, response: ServerResponse): ExecutionContext {
  const http = { getRequest: () => request, getResponse: () => response };
  return { switchToHttp: () => http } as unknown as ExecutionContext;
}

/** Throws what the step refuses with. */
function passed(step: RequestHandler, request: Request, response: Response): void {
  let hasPassed = false;
  const next = (error?: unknown): void => {
    if (error !== undefined) throw error;
    hasPassed = true;
  };
  void step(request, response, next as NextFunction);
  invariant(hasPassed, 'what comes before an endpoint lets a request pass at once, or refuses it');
}
