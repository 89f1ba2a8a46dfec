import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { figureDifferences } from '../../libs/dataset/testing/index.js';
import { discardDataFolder, RunningStandalone } from '../../test/support/standalone.js';
import { writeSet } from '../bench/src/set/write-set.js';
import { ApiFigures, figuresInViews, type Expected } from './testing/figures-documents.js';
import { peopleIn } from './testing/named-set.js';

const FULL = process.env['SOQUY_FULL'] === '1';
jest.setTimeout(FULL ? 3_600_000 : 600_000);

/** Sets with an expected.json of their own: a small one, or every one there is. */
const SAMPLES = process.env['SOQUY_SETS'] ?? 'samples';
const SETS = FULL ? readdirSync(SAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(SAMPLES, name)) : ['samples/nam-hoc-2023-24'];
/** Sets that are made here, whose figures the generator counted from its rows. */
const MADE = FULL ? [{ seed: 1, movements: 5_000 }, { seed: 2, movements: 5_000 }] : [{ seed: 1, movements: 1_000 }, { seed: 2, movements: 1_000, associations: 3 }];
const PEOPLE = 100;

let scratch: string;
let running: RunningStandalone;
let sets: string[];

const at = (...parts: string[]): string => join(scratch, ...parts);
const expectedOf = (set: string): Expected => JSON.parse(readFileSync(join(set, 'expected.json'), 'utf8')) as Expected;

function soquy(instance: RunningStandalone, ...args: string[]): string {
  const { status, stdout, stderr } = instance.soquy(...args);
  if (status !== 0) throw new Error(`soquy ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`.slice(0, 4_000));
  return stdout;
}

/** Every figure of every set, as the command line, the API and the views tell them. */
async function expectEveryFigure(instance: RunningStandalone): Promise<void> {
  const { apiUrl, pgUrl } = instance.instance;
  for (const set of sets) {
    const expected = expectedOf(set);
    // It waits for the read tables, so it comes first.
    const told = JSON.parse(soquy(instance, 'figures', expected.root)) as object;
    const [api, views] = [await new ApiFigures(apiUrl, instance.token).read(expected), await figuresInViews(pgUrl, expected)];
    for (const [way, figures] of Object.entries({ told, api, views })) expect([basename(set), way, figureDifferences(expected, figures)]).toEqual([basename(set), way, []]);
  }
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'soquy-figures-'));
  sets = [...SETS];
  for (const wishes of MADE) {
    const folder = at(`made-${wishes.seed}`);
    writeSet(wishes, folder);
    sets.push(folder);
  }
  running = RunningStandalone.start();
  await running.untilRunning();
});
afterAll(async () => {
  await running.discard();
  discardDataFolder(at('restored'));
  rmSync(scratch, { recursive: true, force: true });
});

it('are the expected ones after the import, beside other trees', async () => {
  for (const set of sets) soquy(running, 'import', set);
  await expectEveryFigure(running);
});

it('are the same after everything was built again from the log', async () => {
  soquy(running, 'rebuild', 'all');
  await expectEveryFigure(running);
});

it(`are the same after ${PEOPLE} people of each tree were erased, those with the most entries among them`, async () => {
  for (const set of sets) {
    const { root, beneficiaries } = expectedOf(set);
    const list = at(`${root}.txt`);
    const people = new Set(peopleIn(set, 100_000).filter((code) => code.startsWith(`${root}-`)));
    const most = Object.keys(beneficiaries.histories).filter((code) => people.has(code));
    const codes = [...new Set([...most, ...people])].slice(0, PEOPLE);
    writeFileSync(list, codes.map((code) => `${root} ${code}\n`).join(''));
    expect(soquy(running, 'erase', '--from', list)).toContain('destroyed');
  }
  await expectEveryFigure(running);
});

it('are the same after a backup was restored onto an empty folder', async () => {
  writeFileSync(at('key'), 'ab'.repeat(32), { mode: 0o600 });
  soquy(running, 'backup', at('backup'), '--key-file', at('key'));
  await running.stop();
  const { status, stdout, stderr } = running.soquyOn(at('restored'), 'restore', at('backup'), '--key-file', at('key'));
  expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  const restored = RunningStandalone.start({ dataFolder: at('restored') });
  try {
    await restored.untilRunning();
    await expectEveryFigure(restored);
    soquy(restored, 'verify');
  } finally {
    await restored.stop();
  }
});
