import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { TOKEN } from './api-house.js';

interface ShownFault { readonly pointer?: string; readonly parameter?: string; readonly code: string; readonly detail: string }

/** One row of a page, of whatever kind. */
export interface ShownItem {
  readonly code: string; readonly day: string; readonly kind: string; readonly amount: string; readonly reference: string; readonly closing: string;
  readonly ended: Readonly<Record<string, string>>;
}

/** The fields of all answers together: which of them are there, the test knows. */
export interface Shown {
  readonly code: string; readonly title: string; readonly detail: string; readonly details: Readonly<Record<string, string>>; readonly errors: readonly ShownFault[];
  readonly stream: string; readonly position: string; readonly voucher: { readonly number: number };
  readonly events: readonly { readonly id: string; readonly data: Readonly<Record<string, unknown>> }[];
  readonly asOfPosition: string; readonly asOfTime: string; readonly figures: Readonly<Record<string, string | number>>; readonly totals: object;
  readonly items: readonly ShownItem[]; readonly next: string | null; readonly name: string;
  readonly id: string; readonly state: string; readonly rows: number; readonly progress: object; readonly faults: readonly object[];
  readonly openapi: string; readonly ready: boolean; readonly eventStore: object; readonly postgres: { readonly ok: boolean };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The parsed body, as what tests look at in one; empty where there is none or it is no JSON. */
  readonly body: Shown;
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
  return { status, headers, text, body: (isJson ? JSON.parse(text) : {}) as Shown };
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
