import { randomUUID } from 'node:crypto';

/** A command as a client sends it: the same key for every attempt. */
export interface Order {
  readonly path: string;
  readonly body: object;
  readonly key: string;
}

/** One attempt. `status` 0: the connection broke or nothing came in time, so nothing is known. */
export interface Attempt {
  readonly status: number;
  readonly text: string;
  readonly code: string | undefined;
  readonly retryAfter: string | null;
  readonly milliseconds: number;
}

export interface Answered {
  readonly order: Order;
  readonly last: Attempt;
  readonly attempts: readonly Attempt[];
}

/** What an accepted command's answer says of itself. */
export interface Receipt {
  readonly stream: string;
  readonly revision: string;
  readonly position: string;
  readonly events: readonly { readonly id: string; readonly type: string }[];
}

const PATIENCE_MS = 30_000;
const PAUSE_MS = 100;

export const order = (path: string, body: object): Order => ({ path, body, key: randomUUID() });

export async function attempt(url: string, { path, body, key }: Order, token: string, patienceMs = PATIENCE_MS): Promise<Attempt> {
  const begun = performance.now();
  try {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(patienceMs),
      headers: { 'content-type': 'application/json', 'idempotency-key': key, authorization: `Bearer ${token}`, 'accept-language': 'en' },
    });
    const text = await answer.text();
    const code = answer.ok ? undefined : (JSON.parse(text) as { code: string }).code;
    return { status: answer.status, text, code, retryAfter: answer.headers.get('retry-after'), milliseconds: performance.now() - begun };
  } catch (error) {
    return { status: 0, text: String(error), code: undefined, retryAfter: null, milliseconds: performance.now() - begun };
  }
}

/** As the documentation asks of a client: the same request with the same key until it is answered otherwise than "not now". */
export async function persist(urlOf: () => string, sent: Order, token: string): Promise<Answered> {
  const attempts: Attempt[] = [];
  for (;;) {
    const last = await attempt(urlOf(), sent, token);
    attempts.push(last);
    if (last.status !== 0 && last.status !== 503) return { order: sent, last, attempts };
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

export const receiptOf = ({ last }: Answered): Receipt => JSON.parse(last.text) as Receipt;

/** Clients that send one order after another, each until it is answered, until they are told to stop. */
export class Crowd {
  readonly answered: Answered[] = [];
  private stopping = false;
  private readonly clients: Promise<void>[];

  constructor(size: number, private readonly urlOf: () => string, private readonly token: string, private readonly next: () => Order) {
    this.clients = Array.from({ length: size }, () => this.client());
  }

  /** Waits until so many orders more than now have been answered. */
  async untilAnswered(more: number): Promise<void> {
    const enough = this.answered.length + more;
    while (this.answered.length < enough) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Lets every client have the answer that it waits for. */
  async stop(): Promise<readonly Answered[]> {
    this.stopping = true;
    await Promise.all(this.clients);
    return this.answered;
  }

  private async client(): Promise<void> {
    while (!this.stopping) this.answered.push(await persist(this.urlOf, this.next(), this.token));
  }
}
