import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayInVietnam } from '@ledger/kernel';
import { checkSet, FILE_NAMES, folderSource, FORMAT, LIMITS, runImport, type RowSubmission } from '@ledger/dataset';
import { LedgerView } from '@ledger/command-handling';
import { Projector, projectorDataSource } from '@ledger/projection-runtime';
import type { DataSource } from 'typeorm';
import { LedgerHouse, type LedgerProcess } from '../../../../libs/command-handling/testing/src/index.js';
import { figureDifferences, SetBuilder } from '../../../../libs/dataset/testing/index.js';
import { everyProjection } from '../../../projector/src/run-projector.js';
import { figuresJson } from '../figures/figures-json.js';
import { settledFigures } from '../figures/settled.js';
import { importFolder } from './import-folder.js';

const FULL = process.env['SOQUY_FULL'] === '1';
const SAMPLES = join(process.cwd(), 'samples');
/** A folder of further sets, each with its expected.json, for the full run. */
const MORE_SETS = FULL ? process.env['SOQUY_SETS'] ?? SAMPLES : undefined;
jest.setTimeout(FULL ? 900_000 : 120_000);

let house: LedgerHouse;
let database: DataSource;
let projector: Projector | undefined;
let first: LedgerProcess;

beforeAll(async () => {
  house = await LedgerHouse.open();
  first = await house.process();
  database = await projectorDataSource(house.databaseUrl, 6).initialize();
  projector = new Projector({ database, store: first.eventStore, projections: everyProjection(first.vault), writer: 'spec', report: () => undefined });
  await projector.start();
});
afterAll(async () => {
  await projector?.stop();
  await database.destroy();
  await house.close();
});

async function imported(name: string, process = first, folder = SAMPLES): Promise<{ booked: number; done: number }> {
  const outcome = await importFolder(process, {
    folder: join(folder, name), dryRun: false, actorId: 'spec', signal: new AbortController().signal, onProgress: () => undefined,
  });
  if (outcome.kind !== 'run' || outcome.report.kind !== 'complete') throw new Error(JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).slice(0, 2_000));
  return outcome.report.progress;
}

async function differences(name: string, folder = SAMPLES): Promise<string[]> {
  const expected = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as Record<string, unknown>;
  const figures = await settledFigures(database, first.eventStore, String(expected['root']), 60_000);
  return figureDifferences(expected, figures && JSON.parse(figuresJson(figures)));
}

/** As long as a code may be, and nothing that a database could make shorter. */
function longest(code: string): string {
  const bytes = createHash('shake256', { outputLength: 2 * LIMITS.codeCharacters }).update(code).digest();
  return Array.from({ length: LIMITS.codeCharacters }, (_, at) => String.fromCharCode(0x4e00 + (bytes.readUInt16BE(2 * at) % 20_000))).join('');
}

function withLongestCodes(set: SetBuilder): SetBuilder {
  return FILE_NAMES.reduce((changed, file) => {
    const roles = Object.values(FORMAT[file]).map(({ role }) => role);
    const rows = set.text(file).trim().split('\n').slice(1).map((line) => line.split(','));
    return changed.rows(file, rows.map((cells) => cells.map((cell, at) => (cell !== '' && ['code', 'number', 'reference'].includes(roles[at]!) ? longest(cell) : cell)).join(',')));
  }, set);
}

async function eventCount(): Promise<number> {
  let count = 0;
  for await (const _ of first.eventStore.readAll()) count += 1;
  return count;
}

describe('the sample sets in a real ledger', () => {
  it('answer every expected figure of both trees', async () => {
    expect(await imported('tinh-2023')).toMatchObject({ booked: 4_519, done: 4_519 });
    expect(await differences('tinh-2023')).toEqual([]);

    // The other tree goes in bit by bit, by processes that are cut off.
    const folder = folderSource(join(SAMPLES, 'nam-hoc-2023-24'));
    for (const rows of [0, 700, 900, 300]) {
      const process = await house.process();
      const checked = await checkSet(folder, { today: dayInVietnam(new Date()), ledger: new LedgerView(process.eventStore, process.dataSource, process.vault) });
      if (checked.kind === 'faulty') throw new Error(JSON.stringify(checked.faults.slice(0, 3)));
      const cut = new AbortController();
      let sent = 0;
      const execute = ({ row: _row, ...submission }: RowSubmission): ReturnType<LedgerProcess['ledger']['execute']> => {
        if (++sent > rows) cut.abort();
        return process.ledger.execute({ ...submission, actorId: 'spec' });
      };
      await runImport(checked.plan, { execute, alreadyBooked: checked.alreadyBooked, signal: cut.signal, inFlight: 50 });
      await process.close();
    }
    const { done, booked } = await imported('nam-hoc-2023-24');
    expect(done).toBe(2_850);
    expect(booked).toBeLessThan(1_100);
    expect(await differences('nam-hoc-2023-24')).toEqual([]);
    expect(await differences('tinh-2023')).toEqual([]);
  });

  it('imported again, by two processes at once, change nothing', async () => {
    const before = await eventCount();
    const other = await house.process();
    const again = await Promise.all([imported('tinh-2023'), imported('tinh-2023', other)]);
    expect(again.map(({ booked }) => booked)).toEqual([0, 0]);
    expect(await eventCount()).toBe(before);
    await other.close();
  });

  it('have no name of a person at rest outside the vault', async () => {
    const names = readFileSync(join(SAMPLES, 'nam-hoc-2023-24', 'donors.csv'), 'utf8').split('\n').filter((line) => line.endsWith('individual')).map((line) => line.split(',')[1]!);
    expect(names.length).toBeGreaterThan(50);
    const texts = new Set<string>();
    for await (const { data } of first.eventStore.readAll()) for (const value of Object.values(data)) if (typeof value === 'string') texts.add(value);
    expect(names.filter((name) => texts.has(name))).toEqual([]);
  });

  it('take codes and numbers of the greatest length as far as the read tables', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'soquy-set-'));
    try {
      withLongestCodes(SetBuilder.small()).writeTo(folder);
      await imported('.', first, folder);
      const figures = await settledFigures(database, first.eventStore, longest('R'), 60_000);
      expect(Object.keys(figures?.funds ?? {}).sort()).toEqual(['Q1', 'Q2', 'Q3'].map(longest).sort());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const more = MORE_SETS === undefined ? [] : readdirSync(MORE_SETS, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).filter((name) => MORE_SETS !== SAMPLES || !['tinh-2023', 'nam-hoc-2023-24'].includes(name));
  for (const name of more) {
    it(`answer every expected figure of ${name} beside the others`, async () => {
      await imported(name, first, MORE_SETS);
      expect(await differences(name, MORE_SETS)).toEqual([]);
    });
  }
});
