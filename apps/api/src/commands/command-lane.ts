import type { IncomingMessage, ServerResponse } from 'node:http';
import { CUSTOM_ROUTE_ARGS_METADATA, PARAMTYPES_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import type { PipeTransform, Type } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { invariant } from '@ledger/kernel';
import type { InputPipe } from '../http/input-pipe.js';
import { readJsonBody } from '../http/json-body.js';
import type { ProblemFilter } from '../http/problem-filter.js';
import { sendText } from '../http/send-text.js';
import type { TokenGuard } from '../http/token-guard.js';
import { COMMAND_PATH } from './command-endpoint.js';
import { JSON_TYPE, type Reply } from './command-reply.js';
import { commandRequestOf, type CommandRequest } from './command-request.js';

type Endpoint = (...values: unknown[]) => Promise<Reply>;

/** What Nest keeps of a parameter's decorator, under its kind and place. */
interface NestParameter { readonly index: number; readonly data?: string; readonly pipes: readonly Type<PipeTransform<string, string>>[] }

interface PathParameter { readonly index: number; readonly name: string; readonly segment: number; readonly pipes: readonly PipeTransform<string, string>[] }

interface Route {
  readonly pattern: string;
  /** Empty where any text may stand. */
  readonly segments: readonly string[];
  readonly call: Endpoint;
  readonly submits: number;
  readonly body: { readonly index: number; readonly metatype: Type };
  readonly parameters: readonly PathParameter[];
}

export interface LaneParts {
  readonly controllers: readonly { readonly type: Type; readonly instance: object }[];
  /** What every request goes through first, in this order. None of them waits for anything. */
  readonly edge: readonly RequestHandler[];
  readonly tokens: TokenGuard;
  readonly input: InputPipe;
  readonly problems: ProblemFilter;
}

/** Nothing to decode, no query string: whatever looks otherwise goes the long way. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9._~:-]+)+$/;

/**
 * The short way of a command from the socket to its endpoint and back. Express's router and Nest's pipeline do nothing for
 * a command but cost it three times what is done for it here: the same parts, called in the same order. What exactly an
 * endpoint takes is read from its decorators, so that there is one account of it. Requests that are not plainly a command
 * go the long way, which answers alike: a spec holds the two against each other.
 */
export class CommandLane {
  private readonly routes: readonly Route[];

  constructor(private readonly parts: LaneParts) {
    this.routes = parts.controllers.flatMap(({ type, instance }) => routesOf(type, instance as Readonly<Record<string, Endpoint>>));
  }

  /** False where it is left to others, untouched. */
  takes(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = '' } = request;
    if (method !== 'POST' || !PLAIN_PATH.test(url)) return false;
    const segments = url.slice(1).split('/');
    const route = this.routes.find((each) => fits(each.segments, segments));
    if (!route) return false;
    const asked = Object.assign(request, { path: url, route: { path: route.pattern }, query: {} }) as unknown as Request;
    // A problem that cannot even be told ends the connection, and no more than that.
    this.answer(route, segments, asked, response).catch(() => response.destroy());
    return true;
  }

  private async answer(route: Route, segments: readonly string[], request: Request, response: ServerResponse): Promise<void> {
    try {
      for (const step of this.parts.edge) passed(step, request, response as Response);
      this.parts.tokens.admit(request);
      const body = await readJsonBody(request);
      const reply = await route.call(...this.valuesOf(route, commandRequestOf(request, response), body, segments));
      sendText(response, JSON_TYPE, typeof reply === 'string' ? reply : JSON.stringify(reply));
    } catch (error) {
      this.parts.problems.answer(error, request, response);
    }
  }

  private valuesOf(route: Route, request: CommandRequest, body: unknown, segments: readonly string[]): unknown[] {
    const values: unknown[] = [];
    values[route.submits] = request;
    values[route.body.index] = this.parts.input.transform(body, { metatype: route.body.metatype, type: 'body' });
    for (const { index, name, segment, pipes } of route.parameters) {
      values[index] = pipes.reduce((value, pipe) => pipe.transform(value, { type: 'param', data: name }) as string, segments[segment]!);
    }
    return values;
  }
}

/** Throws what the step refuses with. */
function passed(step: RequestHandler, request: Request, response: Response): void {
  let hasPassed = false;
  const next = (error?: unknown): void => {
    if (error !== undefined) throw error;
    hasPassed = true;
  };
  void step(request, response, next as NextFunction);
  invariant(hasPassed, 'what comes before a command lets it pass at once, or refuses it');
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return pattern.length === segments.length && pattern.every((text, at) => text === '' || text === segments[at]);
}

function routesOf(controller: Type, instance: Readonly<Record<string, Endpoint>>): Route[] {
  const prefix = String(Reflect.getMetadata(PATH_METADATA, controller));
  return Object.getOwnPropertyNames(controller.prototype).flatMap((name) => {
    const path: unknown = name === 'constructor' ? undefined : Reflect.getMetadata(COMMAND_PATH, instance[name]!);
    if (typeof path !== 'string') return [];
    const pattern = `/${[prefix, path].filter((part) => part !== '').join('/')}`;
    return [{ pattern, segments: segmentsOf(pattern).map((text) => (text.startsWith(':') ? '' : text)), call: instance[name]!.bind(instance), ...takenBy(controller, name, segmentsOf(pattern)) }];
  });
}

const segmentsOf = (pattern: string): string[] => pattern.slice(1).split('/');

/** What the endpoint's parameters are; a kind that is not known here must not be guessed at. */
function takenBy(controller: Type, name: string, segments: readonly string[]): Pick<Route, 'submits' | 'body' | 'parameters'> {
  const types = Reflect.getMetadata(PARAMTYPES_METADATA, controller.prototype as object, name) as Type[];
  const decorated = Object.entries(Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as Record<string, NestParameter>);
  const ofKind = (kind: string): NestParameter[] => decorated.filter(([key]) => key.split(':')[0] === kind).map(([, parameter]) => parameter);
  const bodies = ofKind(String(RouteParamtypes.BODY));
  const paths = ofKind(String(RouteParamtypes.PARAM));
  const submits = decorated.filter(([key]) => key.includes(CUSTOM_ROUTE_ARGS_METADATA)).map(([, parameter]) => parameter);
  invariant(bodies.length === 1 && submits.length === 1 && paths.length + 2 === decorated.length, `${controller.name}.${name} takes its request, its body and parts of its path`);
  const parameters = paths.map(({ index, data = '', pipes }) => {
    const segment = segments.indexOf(`:${data}`);
    invariant(segment >= 0, `${controller.name}.${name} takes parts that its path has`);
    return { index, name: data, segment, pipes: pipes.map((pipe) => new pipe()) };
  });
  const { index } = bodies[0]!;
  return { submits: submits[0]!.index, body: { index, metatype: types[index]! }, parameters };
}
