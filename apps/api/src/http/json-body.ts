import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import type { Observable } from 'rxjs';
import { JsonFault, parseStrictJson } from './strict-json.js';
import { Problem } from './problem.js';

/** The largest body of a command, in bytes. */
export const LARGEST_COMMAND_BYTES = 65_536;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

const JSON_TYPE = /^application\/json *(?:; *charset *= *"?utf-8"? *)?$/i;

/**
 * Reads a command's body itself, from the raw bytes: after the token was checked, up to the limit, as strict UTF-8 and
 * strict JSON. What passed is in `request.body`.
 */
@Injectable()
export class JsonBodyInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    request.body = await readJsonBody(request);
    return next.handle();
  }
}

export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
    throw new Problem(415, 'content_type_not_supported', { details: { expected: 'application/json' }, headers: { 'Accept-Post': 'application/json' } });
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') throw new Problem(415, 'content_encoding_not_supported');
  const bytes = await readBytes(request, LARGEST_COMMAND_BYTES);
  if (bytes.length === 0) throw new Problem(400, 'body_missing');
  return parse(decode(bytes));
}

function decode(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new Problem(400, 'body_not_utf8');
  }
}

function parse(text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw new Problem(400, error.code, {
      details: error.details, errors: [{ pointer: error.pointer, code: error.code, details: error.details }],
    });
  }
}

/** The whole body; 413 as soon as it is known to exceed `limit`. What is left then is read and dropped by Node. */
function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limit) return void chunks.push(chunk);
      request.off('data', onData);
      request.resume();
      reject(tooLarge(limit));
    };
    request.on('data', onData);
    const onBreak = (): void => reject(new Problem(400, 'body_interrupted'));
    request.on('error', onBreak).on('close', onBreak).on('end', () => {
      request.off('close', onBreak);
      resolve(Buffer.concat(chunks));
    });
  });
}

function tooLarge(limit: number): Problem {
  return new Problem(413, 'body_too_large', { details: { limitBytes: String(limit) } });
}
