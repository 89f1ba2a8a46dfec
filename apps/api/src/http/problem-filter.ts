import type { ServerResponse } from 'node:http';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request } from 'express';
import type { Logger } from 'pino';
import { StoreUnavailable } from '@ledger/event-store';
import { refusalText } from '@ledger/fund-ledger';
import { fill, type Language } from './language.js';
import { reportOf } from './error-report.js';
import { Problem, type FieldFault } from './problem.js';
import { PROBLEM_TEXTS, TITLES } from './problem-texts.js';
import { sendText } from './send-text.js';

const CODE_OF_STATUS: Readonly<Record<number, string>> = { 404: 'route_not_found', 413: 'upload_too_large' };

type AskingRequest = Pick<Request, 'soquy' | 'path'>;

/** Finds what other methods the address takes, for 405. */
export type AllowedMethods = (path: string) => readonly string[];

/** Turns whatever was thrown into problem+json (RFC 9457) in the reader's language. There is no other way out. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly allowedMethods: AllowedMethods,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<Request>(), http.getResponse<ServerResponse>());
  }

  answer(error: unknown, request: AskingRequest, response: ServerResponse): void {
    const problem = this.problemOf(error, request);
    request.soquy.problem = problem.code;
    if (response.headersSent) return void response.destroy();
    for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value);
    const { language } = request.soquy;
    response.setHeader('Content-Language', language);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Vary', 'Accept-Language');
    response.statusCode = problem.status;
    sendText(response, 'application/problem+json; charset=utf-8', JSON.stringify(documentOf(problem, request, language)));
  }

  private problemOf(error: unknown, request: AskingRequest): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof HttpException) return this.ofFramework(error, request);
    if (error instanceof StoreUnavailable) return new Problem(503, 'store_unavailable', { headers: { 'Retry-After': '1' } });
    const { requestId } = request.soquy;
    this.logger.error({ requestId, ...reportOf(error) }, 'a request ended in an unexpected error');
    return new Problem(500, 'internal_error', { details: { requestId } });
  }

  /** What Nest and Express throw by themselves: no such route, an undecodable path. */
  private ofFramework(error: HttpException, request: AskingRequest): Problem {
    const status = error.getStatus();
    const allowed = status === 404 ? this.allowedMethods(request.path) : [];
    if (allowed.length > 0) {
      const list = allowed.join(', ');
      return new Problem(405, 'method_not_allowed', { details: { allowed: list }, headers: { Allow: list } });
    }
    return new Problem(status, CODE_OF_STATUS[status] ?? 'bad_request');
  }
}

/** The text of a code: ours, or the ledger's for its refusals. */
export function textOf(code: string, language: Language, details: Readonly<Record<string, string>>): string {
  const ours = PROBLEM_TEXTS[code];
  return ours ? fill(ours[language], details) : refusalText({ refused: code, details }, language);
}

export function documentOf(problem: Problem, request: AskingRequest, language: Language): object {
  const { status, code, details, errors } = problem;
  return {
    type: `urn:so-quy:problem:${code}`,
    title: (TITLES[status] ?? TITLES[500])![language],
    status,
    detail: textOf(code, language, details),
    instance: request.path,
    code,
    requestId: request.soquy.requestId,
    ...(Object.keys(details).length === 0 ? {} : { details }),
    ...(errors.length === 0 ? {} : { errors: errors.map((fault) => withText(fault, language)) }),
  };
}

function withText(fault: FieldFault, language: Language): object {
  const { details = {}, ...rest } = fault;
  return { ...rest, detail: textOf(fault.code, language, details) };
}
