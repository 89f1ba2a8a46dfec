import { setTimeout as delay } from 'node:timers/promises';
import { HttpConnection, headerOf } from '../http/connection.js';
import { percentiles } from '../http/load.js';
import { times } from '../report/figures.js';
import { BenchTree } from './bench-tree.js';
import type { BenchPart } from './part.js';

const COMMANDS = 300;
/** Between two commands: some twenty a second. */
const PAUSE_MS = 45;
const LOOK_EVERY_MS = 1;
const FUNDS = 8;

/** From a command's answer to its row in the read tables, looked for in Postgres every millisecond, under light load. */
export const visibility: BenchPart = {
  name: 'visibility', onEmpty: true, needs: ['projector', 'api'],
  async measure({ house, scaled }) {
    const url = house.apiUrls[0]!;
    const tree = await BenchTree.make(url, FUNDS);
    const database = await house.database();
    const connection = await HttpConnection.open(url);
    const count = scaled(COMMANDS);
    const waits = new Float64Array(count);
    try {
      for (let at = 0; at < count; at += 1) {
        const { method, path, headers, body } = tree.movement(at);
        const answer = await connection.request(method, path, headers, body);
        const answered = performance.now();
        if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.body.toString()}`);
        const position = headerOf(answer, 'soquy-position').split('-')[1];
        const fundId = path.split('/')[2];
        while ((await database.query<unknown[]>('SELECT 1 FROM read.fund_movement WHERE fund_id = $1 AND position = $2', [fundId, position])).length === 0) await delay(LOOK_EVERY_MS);
        waits[at] = performance.now() - answered;
        await delay(PAUSE_MS);
      }
    } finally {
      connection.close();
    }
    return [{ row: 'answer to visible row, light load, p50 / p99', aim: '< 25 / < 100 ms', value: times(percentiles(waits)) }];
  },
};
