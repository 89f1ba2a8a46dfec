import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fundIdOf } from '@ledger/fund-ledger';
import { startRandom } from '../../libs/command-handling/testing/src/random.js';
import { figureDifferences } from '../../libs/dataset/testing/figure-differences.js';
import { bankOf, contradictions, readLog } from './support/ledger-log.js';
import { found, mixedOrders, TREE } from './support/founding.js';
import { KillableStandalone, PARTS, type Part } from './support/killable-standalone.js';
import { soquy } from './support/command-line.js';
import { Crowd } from './support/steady-client.js';
import { underRoot } from './support/renamed-set.js';
import { foundByVerifying } from './support/verdict.js';

const FULL = process.env['SOQUY_FULL'] === '1';
const ROUNDS = FULL ? 20 : 2;
const CLIENTS = 32;
const SEED = Number(process.env['SOQUY_SEED'] ?? Date.now() % 1_000_000);
const SAMPLE = join(process.cwd(), 'samples/nam-hoc-2023-24');
const FUNDS = ['K1', 'K2', 'K3', 'K4', 'K5', 'K6'];

jest.setTimeout(FULL ? 3_000_000 : 580_000);

const random = startRandom(SEED);
let house: KillableStandalone;
beforeAll(async () => {
  house = await KillableStandalone.start();
});
afterAll(() => house.discard());

/** Two parts at once, then everything, then one alone: each round names what it killed. */
async function strike(round: number): Promise<string> {
  const parts = (Object.keys(PARTS) as Part[]).map((part) => ({ part, at: random() })).sort((a, b) => a.at - b.at).map(({ part }) => part);
  const kind = round % 3;
  if (kind !== 1) {
    const chosen = parts.slice(0, kind === 0 ? 2 : 1);
    await house.kill(chosen);
    return chosen.join(' and ');
  }
  if (random() < 0.5) {
    await house.killAll();
    return 'everything';
  }
  await house.killSupervisor();
  return 'the supervisor';
}

/** As a person does whose import was cut off: the same command again until it says that all is there. */
async function importUntilDone(set: string): Promise<void> {
  for (;;) {
    const { code, output, errors } = await soquy(house.dataFolder, 'import', set);
    if (code === 0) return;
    // 1 with faults on stdout: the set itself would be at fault, which it is not.
    if (output.includes('.csv:')) throw new Error(`a sound set was called faulty: ${output}${errors}`);
    await sleep(300);
  }
}

it(`no acknowledged command is missing and none is there twice in ${ROUNDS} rounds of kill -9 (SOQUY_SEED=${SEED})`, async () => {
  await found(() => house.instance.apiUrl, house.token, FUNDS, '5000');
  const crowd: { path: string }[] = [];
  const expected = JSON.parse(readFileSync(join(SAMPLE, 'expected.json'), 'utf8')) as { root: string };
  const sets: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const root = `R${round}`;
    const set = underRoot(SAMPLE, expected.root, root);
    sets.push(set);
    const clients = new Crowd(CLIENTS, () => house.instance.apiUrl, house.token, mixedOrders(random, FUNDS));
    const importing = importUntilDone(set);
    await sleep(200 + random() * 3_000);
    const struck = await strike(round);
    await clients.untilAnswered(CLIENTS);
    await house.untilReady();
    const answered = await clients.stop();
    await importing;
    crowd.push(...answered.map(({ order }) => order));

    const log = await readLog(house.instance.eventstoreUrl);
    expect({ struck, wrong: contradictions(log, answered, 'treasurer') }).toEqual({ struck, wrong: [] });
    expect({ struck, found: await foundByVerifying(house.instance, house.secrets) }).toEqual({ struck, found: '' });
    for (const code of FUNDS) expect([struck, code, await bankShown(code)]).toEqual([struck, code, bankOf(log, `fundBook-${fundIdOf(TREE, code)}`).toString()]);
    const figures = await soquy(house.dataFolder, 'figures', root);
    const { root: _root, association_totals_with_descendants: totals, ...others } = JSON.parse(figures.output) as { root: string; association_totals_with_descendants: Record<string, unknown> };
    const { root: former, association_totals_with_descendants: formerTotals, ...wanted } = expected as typeof expected & { association_totals_with_descendants: Record<string, unknown> };
    const { [former]: rootTotals, ...unitTotals } = formerTotals;
    expect({ struck, wrong: figureDifferences({ ...wanted, totals: { ...unitTotals, [root]: rootTotals } }, { ...others, totals }) }).toEqual({ struck, wrong: [] });
  }
  expect(crowd.length).toBeGreaterThan(ROUNDS * CLIENTS);
  for (const set of sets) rmSync(set, { recursive: true, force: true });
});

async function bankShown(code: string): Promise<string> {
  const answer = await fetch(`${house.instance.apiUrl}/funds/${TREE}:${code}/balance`);
  return ((await answer.json()) as { figures: { bank: string } }).figures.bank;
}
