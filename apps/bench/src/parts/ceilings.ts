import { PartProcess } from '../processes/part-process.js';
import { runProgram } from '../processes/run-program.js';
import { median, runLoad } from '../http/load.js';
import type { Figure } from '../report/figures.js';
import { rate } from '../report/figures.js';

/** What the clients reach against servers that do nothing, a second. */
export interface Ceilings {
  /** Appends by the official client, one at a time and 64 in flight; events of its subscription to $all. */
  readonly appendsOne: number;
  readonly appendsMany: number;
  readonly subscribed: number;
  /** Requests of this bench's HTTP client, over one connection and over 64. */
  readonly httpOne: number;
  readonly httpMany: number;
}

const BODY = JSON.stringify({ filler: 'x'.repeat(180) });
const HEADERS = 'Idempotency-Key: 00000000-0000-4000-8000-000000000000\r\n';
export const MANY = 64;

/** Measured once a run, and again by every run. */
export async function measureCeilings(scaled: (count: number) => number, rounds: number, isQuick: boolean): Promise<Ceilings> {
  const { said } = await runProgram('dist/apps/eventstore/bench/client-ceiling.js', isQuick ? ['--quick'] : [], {});
  const server = await PartProcess.start('null http', 'apps/bench/src/http/null-http.js');
  try {
    const url = String(server.ready['url']);
    const one: number[] = [];
    const many: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      one.push((await runLoad([url], scaled(5_000), () => ({ method: 'POST', path: '/', headers: HEADERS, body: BODY }))).perSecond);
      many.push((await runLoad(Array.from({ length: MANY }, () => url), scaled(20_000), () => ({ method: 'POST', path: '/', headers: HEADERS, body: BODY }))).perSecond);
    }
    const { appendsOne, appendsMany, subscribed } = JSON.parse(/^\{.*\}$/m.exec(said)?.[0] ?? '{}') as Ceilings;
    return { appendsOne, appendsMany, subscribed, httpOne: median(one), httpMany: median(many) };
  } finally {
    await server.stop();
  }
}

export function ceilingFigures({ appendsOne, appendsMany, subscribed, httpOne, httpMany }: Ceilings): Figure[] {
  return [
    { row: 'ceiling: official client, appends, one at a time', value: rate(appendsOne) },
    { row: 'ceiling: official client, appends, 64 in flight', value: rate(appendsMany) },
    { row: 'ceiling: official client, events of a subscription', value: rate(subscribed) },
    { row: 'ceiling: our HTTP client, one connection', value: rate(httpOne) },
    { row: 'ceiling: our HTTP client, 64 connections', value: rate(httpMany) },
  ];
}
