import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { checkSet, columnsOf, FILE_NAMES, folderSource, type FileName } from '@ledger/dataset';
import { figureDifferences } from '../../../../libs/dataset/testing/index.js';
import { historiesIn } from './histories.js';
import type { MadeRow } from './made-row.js';
import { planSet } from './plan.js';
import { Tally } from './tally.js';
import { writeSet } from './write-set.js';

// Thousands of rows are written and read, on a machine that may be busy.
jest.setTimeout(60_000);

const TODAY = '2026-11-01';
const folders: string[] = [];
const folder = (): string => folders[folders.push(mkdtempSync(join(tmpdir(), 'soquy-set-'))) - 1]!;
afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true });
});

/** A set's rows as the generator would hand them out, read from its files. */
function rowsIn(set: string): MadeRow[] {
  const rows = FILE_NAMES.map((file) => parse(readFileSync(join(set, `${file}.csv`), 'utf8'), { columns: true }) as Record<string, string>[]);
  const read = rows.map((cells, at) => cells.map((row) => ({ file: FILE_NAMES[at]!, values: valuesOf(FILE_NAMES[at]!, row) })));
  const byNumber = (file: FileName, number: string) => new Map(read[FILE_NAMES.indexOf(file)]!.map(({ values }) => [values[number], values]));
  const [donations, scholarships] = [byNumber('donations', 'receipt_no'), byNumber('scholarships', 'code')];
  const flat = read.flat().map(({ file, values }) => ({
    file, values,
    ...(file === 'adjustments' && { origin: donations.get(values['adjusts']) }),
    ...(file === 'scholarship_payments' && { origin: scholarships.get(values['scholarship_code']) }),
  }));
  return flat.sort((a, b) => Number(a.values['posted_seq'] ?? 0) - Number(b.values['posted_seq'] ?? 0)) as unknown as MadeRow[];
}

function valuesOf(file: FileName, row: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(columnsOf(file).map(([name, column]) => [name, column.read(row[name]!, { today: TODAY })]));
}

describe('the tally that generated sets are expected by', () => {
  // Their figures were computed by a program that knows nothing of this one.
  it.each(['tinh-2023', 'nam-hoc-2023-24'])('comes to every expected figure of %s', (name) => {
    const rows = rowsIn(join(process.cwd(), 'samples', name));
    const tally = new Tally();
    for (const row of rows) tally.note(row);
    const figures = tally.figures((beneficiaries) => historiesIn(rows, beneficiaries));
    expect(figureDifferences(JSON.parse(readFileSync(join(process.cwd(), 'samples', name, 'expected.json'), 'utf8')), figures)).toEqual([]);
  });
});

describe('a generated set', () => {
  it.each([[1, 2_000, undefined], [2, 2_000, 1], [3, 500, 40], [4, 1, undefined], [4_294_967_295, 3_000, 2]])('of seed %d, %d movements and %s associations is accepted whole', async (seed, movements, associations) => {
    const set = folder();
    const { plan, rows } = writeSet({ seed, movements, associations }, set);
    const checked = await checkSet(folderSource(set), { today: TODAY });
    expect(checked.kind === 'sound' ? checked.rows : checked.faults.slice(0, 3)).toBe(rows);
    expect(plan.associations).toHaveLength(associations ?? plan.associations.length);
  });

  it('is rich: every file has rows, every account and purpose is used', () => {
    const set = folder();
    writeSet({ seed: 5, movements: 4_000 }, set);
    const texts = Object.fromEntries(FILE_NAMES.map((file) => [file, readFileSync(join(set, `${file}.csv`), 'utf8')])) as Record<FileName, string>;
    for (const file of FILE_NAMES) expect(texts[file].trim().split('\n').length).toBeGreaterThan(1);
    for (const word of ['gift', 'hardship_aid', 'emergency_aid', 'learning_support', 'school_equipment', 'cash', 'bank', 'goods']) expect(texts.disbursements).toContain(`,${word},`);
    for (const word of ['certificate_of_merit', 'prize', 'group', 'individual']) expect(texts.awards).toContain(word);
    for (const word of ['individual', 'organisation', 'anonymous', 'Nguyễn']) expect(texts.donors).toContain(word);
    expect(texts.direct_support).toContain('"Nhà tài trợ trao trực tiếp, ""không qua quỹ"""');
    expect(texts.adjustments).toMatch(/,-[0-9]+,/);
    expect(texts.adjustments).toMatch(/,[1-9][0-9]+,/);
  });

  it('is the same for the same seed, and another for another', () => {
    const [first, again, other] = [folder(), folder(), folder()];
    for (const [set, seed] of [[first, 9], [again, 9], [other, 10]] as const) writeSet({ seed, movements: 300 }, set);
    const all = (set: string): string[] => [...FILE_NAMES.map((file) => `${file}.csv`), 'expected.json'].map((name) => readFileSync(join(set, name), 'utf8'));
    expect(all(again)).toEqual(all(first));
    expect(all(other)).not.toEqual(all(first));
  });

  it('has 2,500 associations for a million movements', () => {
    expect(planSet({ seed: 1, movements: 1_000_000 }).associations).toHaveLength(2_500);
  });
});
