import { HttpConnection, type HttpAnswer } from './connection.js';

/** A load ends after so long, however much of it is left. */
const LONGEST_MS = 5_000;

/** What a load came to; times in milliseconds. */
export interface LoadResult {
  /** Requests that were answered as they should be. */
  readonly done: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Requests sent again because the server was busy. */
  readonly retries: number;
}

export interface Request { readonly method: 'GET' | 'POST'; readonly path: string; readonly headers: string; readonly body?: string }

/** Whether an answer is right: throws where it is not; `again` sends the same request once more. */
export type Judge = (answer: HttpAnswer, request: Request) => 'done' | 'again';

export const isSuccess: Judge = ({ status, body }, { path }) => {
  if (status === 200 || status === 201) return 'done';
  if (status === 503) return 'again';
  throw new Error(`${path}: ${status} ${body.toString('utf8').slice(0, 500)}`);
};

/**
 * Sends `count` requests over as many connections as there are urls, each connection awaiting its answer before the
 * next; fewer of them where that takes longer than `LONGEST_MS`. The time of a request that was sent again counts from
 * its first attempt.
 */
export async function runLoad(urls: readonly string[], count: number, requestOf: (at: number, connection: number) => Request, judge: Judge = isSuccess): Promise<LoadResult> {
  const connections = await Promise.all(urls.map((url) => HttpConnection.open(url)));
  const times = new Float64Array(count);
  let next = 0;
  let done = 0;
  let retries = 0;
  const worker = async (connection: HttpConnection, place: number): Promise<void> => {
    for (let at = next++; at < count && performance.now() - started < LONGEST_MS; at = next++) {
      const request = requestOf(at, place);
      const before = performance.now();
      while (judge(await connection.request(request.method, request.path, request.headers, request.body), request) === 'again') retries += 1;
      times[done] = performance.now() - before;
      done += 1;
    }
  };
  const started = performance.now();
  try {
    await Promise.all(connections.map(worker));
  } finally {
    for (const connection of connections) connection.close();
  }
  const seconds = (performance.now() - started) / 1_000;
  return { done, perSecond: done / seconds, retries, ...percentiles(times.subarray(0, done)) };
}

export function percentiles(times: Float64Array): { readonly p50: number; readonly p99: number } {
  const sorted = times.slice().sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
