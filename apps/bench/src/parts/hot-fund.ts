import { setTimeout as delay } from 'node:timers/promises';
import { fundIdOf } from '@ledger/fund-ledger';
import { HttpConnection, headerOf } from '../http/connection.js';
import { isSuccess, runLoad, type Judge } from '../http/load.js';
import { AUTHORIZED, type House } from '../processes/house.js';
import { rate, times, type Figure } from '../report/figures.js';
import { BenchTree, OPENING_BANK } from './bench-tree.js';
import { MANY } from './ceilings.js';
import { commandRounds } from './commands.js';
import type { Bench, BenchPart } from './part.js';

const PAYMENTS = 10_000;
const PAID_TOGETHER = 1_000;
/** So many more than there is money for: each of them has to be refused, and nothing else. */
const BEYOND = 200;
const AMOUNT = 1_000;

async function bankOf(house: House, fundId: string, atPosition: string): Promise<bigint> {
  const connection = await HttpConnection.open(house.apiUrls[0]!);
  try {
    for (;;) {
      const answer = await connection.request('GET', `/funds/${fundId}/balance?atPosition=${atPosition}`, AUTHORIZED);
      if (answer.status === 200) return BigInt((JSON.parse(answer.body.toString()) as { figures: { bank: string } }).figures.bank);
      if (answer.status !== 503) throw new Error(`the balance: ${answer.status} ${answer.body.toString()}`);
      await delay(100);
    }
  } finally {
    connection.close();
  }
}

/** Remembers the newest position that an answer told. */
class Positions {
  newest = '';
  readonly judge: Judge = (answer, request) => {
    const judged = isSuccess(answer, request);
    if (judged === 'done') this.note(headerOf(answer, 'soquy-position'));
    return judged;
  };

  private note(position: string): void {
    const at = (token: string): bigint => BigInt(token.split('-')[1] ?? '-1');
    if (this.newest === '' || at(position) > at(this.newest)) this.newest = position;
  }
}

/** Every client pays from the same fund; afterwards it has to hold exactly what was not paid. */
async function payments(bench: Bench, tree: BenchTree, fundId: string): Promise<Awaited<ReturnType<typeof commandRounds>>> {
  const { house, rounds, scaled } = bench;
  const urls = Array.from({ length: MANY }, (_, at) => house.apiUrls[at % house.apiUrls.length]!);
  const count = scaled(PAYMENTS);
  const positions = new Positions();
  await runLoad([urls[0]!], 1, () => tree.donation(fundId, '1000000000000'), positions.judge);
  await runLoad(urls, scaled(PAID_TOGETHER), () => tree.payment(fundId, String(AMOUNT)), positions.judge);
  const before = await bankOf(house, fundId, positions.newest);
  const result = await commandRounds(house, rounds, () => runLoad(urls, count, () => tree.payment(fundId, String(AMOUNT)), positions.judge));
  const after = await bankOf(house, fundId, positions.newest);
  if (before - after !== BigInt(result.done * AMOUNT)) throw new Error(`the fund had ${before} and has ${after} after ${result.done} payments of ${AMOUNT}: an update was lost`);
  return result;
}

/** A fund with money for so many payments, and more payments than that: only the ones beyond are refused. */
async function refusesWhatIsTrue(bench: Bench): Promise<void> {
  const { house, scaled } = bench;
  const tree = await BenchTree.make(house.apiUrls[0]!, 1);
  const urls = Array.from({ length: MANY }, (_, at) => house.apiUrls[at % house.apiUrls.length]!);
  const paid = scaled(PAID_TOGETHER);
  let refused = 0;
  const positions = new Positions();
  // All but the money for these payments leaves the fund first.
  await runLoad([urls[0]!], 1, () => tree.payment(tree.fundId(0), String(OPENING_BANK - paid * AMOUNT)), positions.judge);
  const judge: Judge = (answer, request) => {
    if (answer.status !== 422) return positions.judge(answer, request);
    const { code } = JSON.parse(answer.body.toString()) as { code: string };
    if (code !== 'account_would_be_overdrawn') throw new Error(`refused as ${code}`);
    refused += 1;
    return 'done';
  };
  await runLoad(urls, paid + BEYOND, () => tree.payment(tree.fundId(0), String(AMOUNT)), judge);
  const left = await bankOf(house, tree.fundId(0), positions.newest);
  if (refused !== BEYOND || left !== 0n) throw new Error(`${refused} payments were refused where ${BEYOND} had no money, and ${left} is left`);
}

/** 64 clients on one fund, the busiest that the ledger has; by one api process, then by two. */
export const hotFund: BenchPart = {
  name: 'hot-fund', onEmpty: true, needs: ['projector', 'api'],
  async measure(bench): Promise<Figure[]> {
    const { house, plan, ceilings } = bench;
    const tree = await BenchTree.make(house.apiUrls[0]!, 1);
    const fundId = plan ? fundIdOf(plan.rootCode, plan.funds[0]!.code) : tree.fundId(0);
    const one = await payments(bench, tree, fundId);
    await house.start('api 2');
    try {
      const two = await payments(bench, tree, fundId);
      await refusesWhatIsTrue(bench);
      return [
        { row: 'hot fund, 64 clients', aim: '≥ 2,000/s', value: rate(one.perSecond, ceilings.appendsMany), beside: one.beside },
        { row: 'hot fund, p50 / p99', value: times(one) },
        { row: 'hot fund, two api processes', aim: '≥ half of one', value: `${rate(two.perSecond, ceilings.appendsMany)}, ${(two.perSecond / one.perSecond).toFixed(2)} of one`, beside: two.beside },
        { row: 'hot fund, two api processes, p50 / p99', value: times(two) },
      ];
    } finally {
      await house.stop('api 2');
    }
  },
};
