import type { ServerResponse } from 'node:http';
import { RequestMethod, type CanActivate, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import {
  CUSTOM_ROUTE_ARGS_METADATA, EXCEPTION_FILTERS_METADATA, GUARDS_METADATA, HEADERS_METADATA, HTTP_CODE_METADATA, INTERCEPTORS_METADATA, METHOD_METADATA, PARAMTYPES_METADATA, PATH_METADATA,
  PIPES_METADATA, REDIRECT_METADATA, RENDER_METADATA, ROUTE_ARGS_METADATA, RouteParamtypes, SSE_METADATA, VERSION_METADATA,
} from '@nestjs/common/internal';
import type { Request } from 'express';
import { invariant } from '@ledger/kernel';
import type { InputPipe } from './input-pipe.js';
import { JsonBodyInterceptor } from './json-body.js';

type Endpoint = (...values: unknown[]) => Promise<string | object>;
type Pipe = PipeTransform<string, string>;

/** What Nest keeps of a parameter's decorator, under its kind and place. */
interface NestParameter {
  readonly index: number;
  readonly data?: string;
  readonly pipes: readonly Type<Pipe>[];
  readonly schema?: object;
  /** Of decorators of our own. */
  readonly factory?: (data: unknown, context: ExecutionContext) => unknown;
}

/** A request on its way, with the parts of its path. */
export interface Taken { readonly segments: readonly string[]; readonly request: Request; readonly response: ServerResponse; readonly context: ExecutionContext }

interface Parameter { readonly index: number; readonly take: (taken: Taken, body: unknown) => unknown }

export interface LaneRoute {
  readonly method: string;
  readonly pattern: string;
  /** Of the pattern; any text may stand where one begins with a colon. */
  readonly segments: readonly string[];
  readonly guards: readonly CanActivate[];
  readonly readsBody: boolean;
  /** In the order in which they are looked at, so that of two faults the same is told on both ways. */
  readonly parameters: readonly Parameter[];
  readonly call: Endpoint;
}

/** Finds what Nest has made of a class. */
export interface LaneInstances {
  readonly instanceOf: <Made>(type: Type<Made>) => Made;
  readonly input: InputPipe;
}

/** Decorators that say something which is not done here must not be passed over. */
const NOT_DONE_HERE = [
  EXCEPTION_FILTERS_METADATA, HEADERS_METADATA, HTTP_CODE_METADATA, PIPES_METADATA, REDIRECT_METADATA, RENDER_METADATA, SSE_METADATA, VERSION_METADATA,
] as const;
const OF_ENDPOINTS_ONLY = [GUARDS_METADATA, INTERCEPTORS_METADATA] as const;

/** The endpoints of a controller as their decorators describe them. */
export function routesOf(controller: Type, parts: LaneInstances): LaneRoute[] {
  const instance = parts.instanceOf(controller) as Readonly<Record<string, Endpoint>>;
  invariant([...NOT_DONE_HERE, ...OF_ENDPOINTS_ONLY].every((said) => Reflect.getMetadata(said, controller) === undefined), `${controller.name} says nothing that its endpoints do not`);
  const prefix = String(Reflect.getMetadata(PATH_METADATA, controller));
  return Object.getOwnPropertyNames(controller.prototype).flatMap((name) => {
    const endpoint = instance[name]!;
    const method: unknown = name === 'constructor' ? undefined : Reflect.getMetadata(METHOD_METADATA, endpoint);
    if (typeof method !== 'number') return [];
    invariant(NOT_DONE_HERE.every((said) => Reflect.getMetadata(said, endpoint) === undefined), `${controller.name}.${name} says nothing that the lane does not do`);
    const pattern = `/${[prefix, String(Reflect.getMetadata(PATH_METADATA, endpoint))].map((part) => part.replace(/^\/|\/$/g, '')).filter((part) => part !== '').join('/')}`;
    const segments = pattern.slice(1).split('/');
    const guards = listed<Type<CanActivate>>(GUARDS_METADATA, endpoint).map((guard) => parts.instanceOf(guard));
    const interceptors = listed<Type>(INTERCEPTORS_METADATA, endpoint);
    invariant(interceptors.every((each) => each === JsonBodyInterceptor), `${controller.name}.${name} has its body read, and nothing else done to it`);
    const parameters = parametersOf(controller, name, segments, parts.input);
    return [{ method: RequestMethod[method]!, pattern, segments, guards, readsBody: interceptors.length > 0, parameters, call: endpoint.bind(instance) }];
  });
}

function listed<Each>(said: string, endpoint: Endpoint): readonly Each[] {
  return (Reflect.getMetadata(said, endpoint) ?? []) as Each[];
}

/** What the endpoint's parameters are; a kind that is not known here must not be guessed at. */
function parametersOf(controller: Type, name: string, segments: readonly string[], input: InputPipe): Parameter[] {
  const types = Reflect.getMetadata(PARAMTYPES_METADATA, controller.prototype as object, name) as Type[];
  const decorated = Object.entries(Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as Record<string, NestParameter>);
  const ofKind = (kind: string): NestParameter[] => decorated.filter(([key]) => key.split(':')[0] === kind).map(([, parameter]) => parameter);
  const own = decorated.filter(([key]) => key.includes(CUSTOM_ROUTE_ARGS_METADATA)).map(([, parameter]) => parameter);
  const [bodies, queries, paths] = [RouteParamtypes.BODY, RouteParamtypes.QUERY, RouteParamtypes.PARAM].map((kind) => ofKind(String(kind)));
  const whole = [...own, ...bodies!, ...queries!];
  const isKnown = whole.length + paths!.length === decorated.length && decorated.every(([, { schema }]) => schema === undefined);
  invariant(isKnown && whole.every(({ data, pipes }) => data === undefined && pipes.length === 0), `${controller.name}.${name} takes what its request says, its body or its query, and parts of its path`);
  return [
    ...own.map(({ index, factory }) => ({ index, take: ({ context }: Taken) => factory!(undefined, context) })),
    ...bodies!.map(({ index }) => ({ index, take: (_: Taken, body: unknown) => input.transform(body, { metatype: types[index]!, type: 'body' }) })),
    ...queries!.map(({ index }) => ({ index, take: ({ request }: Taken) => input.transform(request.query, { metatype: types[index]!, type: 'query' }) })),
    ...paths!.map((parameter) => pathParameter(parameter, segments)),
  ];
}

function pathParameter({ index, data = '', pipes: types }: NestParameter, segments: readonly string[]): Parameter {
  const place = segments.indexOf(`:${data}`);
  invariant(place >= 0, `an endpoint takes parts that its path has: ${segments.join('/')} has no ${data}`);
  const pipes = types.map((type) => new type());
  return { index, take: (taken) => pipes.reduce((value, pipe) => pipe.transform(value, { type: 'param', data }), taken.segments[place]!) };
}
