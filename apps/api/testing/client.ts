import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { TOKEN } from './api-house.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The parsed body; undefined where there is none or it is no JSON. */
  readonly body: any;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
}

/** One request over a socket of its own, with any headers and bytes: fetch would forbid Host and mend the rest. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined || body instanceof Readable ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request(url, { method, headers: { ...length, ...headers } }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => resolve(answerOf(incoming.statusCode ?? 0, incoming.headers as Answer['headers'], Buffer.concat(chunks).toString())));
    });
    outgoing.on('error', reject);
    if (body instanceof Readable) body.pipe(outgoing);
    else outgoing.end(body);
  });
}

function answerOf(status: number, headers: Answer['headers'], text: string): Answer {
  const isJson = text !== '' && /json/.test(headers['content-type'] ?? '');
  return { status, headers, text, body: (isJson ? JSON.parse(text) : undefined) as Answer['body'] };
}

export const withToken = { authorization: `Bearer ${TOKEN}` };

/** A command as a well-behaved client sends it; a new key unless one is given. */
export function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return ask(url, {
    method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), 'accept-language': 'en', ...withToken, ...headers },
  });
}

export function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return ask(url, { headers: { 'accept-language': 'en', ...headers } });
}
