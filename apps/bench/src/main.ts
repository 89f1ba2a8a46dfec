import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ceilingFigures, measureCeilings } from './parts/ceilings.js';
import { PARTS } from './parts/index.js';
import type { Bench, BenchPart } from './parts/part.js';
import { House } from './processes/house.js';
import { OtherLoad } from './processes/other-load.js';
import type { Figure } from './report/figures.js';
import { columnName, withFigures } from './report/performance-page.js';
import { planSet } from './set/plan.js';
import { SEED, Stage } from './stage.js';
import { wholeNumber } from './whole-number.js';

const PAGE = join('docs', 'performance.md');
const ROUNDS = 3;
const QUICK_SHARE = 0.02;
const GIB = 1024 ** 3;
/** Of other programs while a part is measured: above it its figures are marked. */
const TOLERATED_CORES = 0.2;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

interface Wishes {
  readonly parts: readonly BenchPart[];
  readonly sizes: readonly number[];
  readonly isQuick: boolean;
  readonly logsFolder: string;
  /** Whether the page gets the figures. */
  readonly writes: boolean;
}

/** npm run bench -- [part …] [--movements 0,100000,1000000] [--logs folder] [--quick] [--no-write] */
function wishesOf(args: readonly string[]): Wishes {
  const { values, positionals } = parseArgs({
    args: [...args], allowPositionals: true,
    options: {
      movements: { type: 'string', default: '0,100000,1000000' }, logs: { type: 'string', default: join('data', 'bench') },
      quick: { type: 'boolean', default: false }, 'no-write': { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) throw new Error(`không có phần / no such part: ${unknown.join(', ')}; có / there are: ${PARTS.map(({ name }) => name).join(', ')}`);
  return {
    parts: positionals.length === 0 ? PARTS : PARTS.filter(({ name }) => positionals.includes(name)),
    sizes: values.movements.split(',').map((text) => wholeNumber('--movements', text.trim(), 0, 100_000_000)),
    isQuick: values.quick, logsFolder: values.logs, writes: !values.quick && !values['no-write'],
  };
}

async function main(): Promise<void> {
  const wishes = wishesOf(process.argv.slice(2));
  const rounds = wishes.isQuick ? 1 : ROUNDS;
  const scaled = (count: number): number => (wishes.isQuick ? Math.max(10, Math.round(count * QUICK_SHARE)) : count);
  const stage = new Stage(wishes.logsFolder);
  try {
    const ceilings = await measureCeilings(scaled, rounds, wishes.isQuick);
    const common = ceilingFigures(ceilings);
    tell('', common);
    for (const movements of wishes.sizes) {
      // After each part: an hour's figures are not lost with the last one.
      await measureAt(movements, wishes, stage, { ceilings, scaled, rounds, isQuick: wishes.isQuick }, (figures) => {
        if (wishes.writes) writeFileSync(PAGE, withFigures(readFileSync(PAGE, 'utf8'), machine(), new Map([[movements, [...common, ...figures]]])));
      });
    }
  } finally {
    stage.discard();
  }
}

type Run = Pick<Bench, 'ceilings' | 'scaled' | 'rounds' | 'isQuick'>;

/** Every wanted part on a ledger of that size; `onFigures` hears of each one's figures. */
async function measureAt(movements: number, { parts }: Wishes, stage: Stage, run: Run, onFigures: (figures: readonly Figure[]) => void): Promise<void> {
  const wanted = parts.filter(({ onEmpty }) => movements > 0 || onEmpty);
  // The part that opens a house of its own needs none here.
  const isAlone = wanted.every(({ name }) => name === 'first-command');
  const house = await House.open(isAlone ? await stage.folderWith({ movements: 0 }) : await stage.folderWith({ movements }));
  const stop = (): void => void house.close().finally(() => {
    stage.discard();
    process.exit(1);
  });
  for (const signal of SIGNALS) process.on(signal, stop);
  const benchOf = (others: OtherLoad): Bench => ({
    ...run, others, movements, house, plan: movements === 0 ? undefined : planSet({ movements, seed: SEED }), logOf: (wishes) => stage.folderWith(wishes),
  });
  try {
    for (const part of wanted) {
      await ready(house, part);
      const others = new OtherLoad();
      others.include(house);
      const found = marked(await part.measure(benchOf(others)), others.cores());
      tell(`${columnName(movements)} ${part.name}`, found);
      onFigures(found);
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
    await house.close();
  }
}

/** Starts what the part needs and waits until the read tables show the whole log. */
async function ready(house: House, { needs }: BenchPart): Promise<void> {
  for (const name of needs) if (!house.runs(name)) await house.start(name);
  if (needs.includes('projector')) await house.untilFinished();
}

/** A figure that was taken while others used the machine says so. */
function marked(figures: readonly Figure[], otherCores: number): Figure[] {
  if (otherCores <= TOLERATED_CORES) return [...figures];
  return figures.map((figure) => ({ ...figure, value: `${figure.value} \\*`, beside: `${figure.beside === undefined ? '' : `${figure.beside}; `}others took ${otherCores.toFixed(1)} cores meanwhile` }));
}

function tell(title: string, figures: readonly Figure[]): void {
  if (title !== '') process.stdout.write(`${title}\n`);
  for (const { row, aim, value, beside } of figures) process.stdout.write(`  ${row}: ${value}${aim === undefined ? '' : `   [${aim}]`}${beside === undefined ? '' : `   ${beside}`}\n`);
}

function machine(): string {
  return `${cpus().length} cores, ${Math.round(totalmem() / GIB)} GiB memory, Node ${process.version.slice(1)}; measured ${new Date().toISOString().slice(0, 10)}. In brackets: the ratio to the official client's own ceiling. \\*: other programs took more than ${TOLERATED_CORES} of a core meanwhile.`;
}

main().then(() => process.exit(0), (error: unknown) => {
  process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
  process.exit(1);
});
