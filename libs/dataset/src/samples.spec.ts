import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { ModelLedger, SetBuilder } from '../testing/index.js';
import { checkSet } from './check-set.js';
import { columnsOf, csvName, FILE_NAMES, type FileName } from './format.js';
import { runImport } from './run/run-import.js';
import { folderSource } from './source.js';

const TODAY = '2025-01-01';
const SAMPLES = join(process.cwd(), 'samples');
const FULL = process.env['SOQUY_FULL'] === '1';
jest.setTimeout(FULL ? 900_000 : 60_000);

describe('the sample sets', () => {
  it.each([['tinh-2023', 2_266], ['nam-hoc-2023-24', 2_060]])('%s has no fault, and all its rows are booked', async (name, movements) => {
    const ledger = new ModelLedger(TODAY);
    const checked = await checkSet(folderSource(join(SAMPLES, name)), { today: TODAY, ledger });
    if (checked.kind === 'faulty') throw new Error(JSON.stringify(checked.faults.slice(0, 5)));
    expect(checked.plan.movements.length + checked.plan.stages.at(-1)!.length).toBe(movements);
    expect(await runImport(checked.plan, { execute: ledger.execute })).toMatchObject({ kind: 'complete', progress: { done: checked.rows, booked: checked.rows } });
  });

  it('may have CRLF line ends and byte-order marks', async () => {
    const set = SetBuilder.from(join(SAMPLES, 'nam-hoc-2023-24'));
    const windows = FILE_NAMES.reduce((changed, file) => changed.raw(file, `\ufeff${set.text(file).replaceAll('\n', '\r\n')}`), set);
    expect(await checkSet(windows, { today: TODAY })).toMatchObject({ kind: 'sound', rows: 2_850 });
  });
});

type Cells = Record<string, string>;
/** Spoils one cell or row; undefined where the row has nothing to spoil that way. */
type Spoil = (cells: Cells, file: FileName, above: Cells | undefined) => Cells | string | undefined;

const columnsWith = (file: FileName, role: string): string[] => columnsOf(file).filter(([, column]) => column.role === role).map(([name]) => name);
const spoilFirst = (names: readonly string[], value: string): Spoil => (cells) => {
  const name = names.find((candidate) => cells[candidate]);
  return name && { ...cells, [name]: value };
};

const SPOILS: Readonly<Record<string, Spoil>> = {
  'an amount of 0': (cells, file) => (file === 'awards' ? undefined : spoilFirst(['amount'], '0')(cells, file, undefined)),
  'an amount in words': spoilFirst(['amount', 'delta', 'opening_bank', 'target'], 'một triệu'),
  'an amount over 2^63': spoilFirst(['amount', 'delta', 'opening_cash'], '9223372036854775808'),
  'no calendar day': spoilFirst(['received_on', 'paid_on', 'awarded_on', 'granted_on', 'opened_on', 'established_on', 'date_of_birth'], '2023-02-29'),
  'a day after today': spoilFirst(['received_on', 'paid_on', 'awarded_on', 'granted_on', 'transferred_on', 'adjusted_on'], '2025-01-02'),
  'a value outside its list': spoilFirst(['account', 'kind', 'level', 'restriction', 'form', 'from_account'], 'khác'),
  'an unknown code': (cells, file) => spoilFirst(columnsWith(file, 'reference'), 'KHÔNG-CÓ')(cells, file, undefined),
  'an empty code or number': (cells, file) => (cells['amount'] === '0' ? undefined : spoilFirst([...columnsWith(file, 'code'), ...columnsWith(file, 'number')], '')(cells, file, undefined)),
  'the code or number of the row above': (cells, file, above) => {
    const name = [...columnsWith(file, 'code'), ...columnsWith(file, 'number')][0]!;
    return above?.[name] && cells[name] ? { ...cells, [name]: above[name] } : undefined;
  },
  'the posted_seq of the row above': (cells, _, above) => above && cells['posted_seq'] ? { ...cells, posted_seq: above['posted_seq']! } : undefined,
  'a cell too many': (cells) => `${lineOf(cells)},`,
  'a cell too few': (cells) => lineOf(cells).slice(0, lineOf(cells).indexOf(',')),
  'a NUL byte': (cells) => `${lineOf(cells)}\u0000`,
  'an unclosed quote': (cells) => `"${lineOf({ ...cells, description: '', name: '' })}`,
};

function lineOf(cells: Cells): string {
  return Object.values(cells).map((cell) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}

describe('one fault anywhere in a real set', () => {
  const sample = SetBuilder.from(join(SAMPLES, 'nam-hoc-2023-24'));
  const rows = Object.fromEntries(FILE_NAMES.map((file) => [file, parse(sample.text(file), { columns: true })])) as Record<FileName, Cells[]>;

  it('is found at its line', async () => {
    const spot = fc.record({ file: fc.constantFrom(...FILE_NAMES), at: fc.nat(), spoil: fc.constantFrom(...Object.keys(SPOILS)) });
    await fc.assert(fc.asyncProperty(spot, async ({ file, at, spoil }) => {
      const row = at % rows[file].length;
      const spoilt = SPOILS[spoil]!(rows[file][row]!, file, rows[file][row - 1]);
      fc.pre(spoilt !== undefined);
      const set = sample.line(file, row + 2, typeof spoilt === 'string' ? spoilt : lineOf(spoilt!));
      const checked = await checkSet(set, { today: TODAY });
      const found = checked.kind === 'faulty' ? checked.faults.map((fault) => `${fault.file} ${fault.line}`) : [];
      expect(found).toEqual([`${csvName(file)} ${row + 2}`]);
    }), { numRuns: FULL ? 600 : 40, examples: [[{ file: 'associations', at: 0, spoil: 'no calendar day' }]] });
  });
});
