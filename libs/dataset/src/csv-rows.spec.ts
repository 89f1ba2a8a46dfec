import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { CsvRows, type CsvRow } from './csv-rows.js';
import { LIMITS, type Limits } from './limits.js';
import { textLines } from './text-lines.js';

async function rowsOf(content: string | Buffer, chunkBytes = 5, limits: Limits = LIMITS): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  const csv = new CsvRows((row) => rows.push(row), limits);
  for await (const block of textLines(inChunks(Buffer.from(content as string), chunkBytes), limits)) {
    block.lines.forEach((text, index) => csv.line(block.firstLine + index, text));
  }
  csv.end();
  return rows;
}

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const plain = (rows: readonly CsvRow[]): (readonly string[])[] => rows.map(({ cells }) => cells);
const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

describe('rows of CSV', () => {
  it.each([['\n'], ['\r\n']])('end with %j, the last one with or without', async (end) => {
    const content = `a,b${end}1,2${end}3,4`;
    expect(plain(await rowsOf(content))).toEqual([['a', 'b'], ['1', '2'], ['3', '4']]);
    expect(plain(await rowsOf(content + end))).toEqual([['a', 'b'], ['1', '2'], ['3', '4']]);
  });

  it('may mix both line ends', async () => {
    expect(plain(await rowsOf('a,b\r\n1,2\n"3",4\r\n"5","6"\r\n'))).toEqual([['a', 'b'], ['1', '2'], ['3', '4'], ['5', '6']]);
  });

  it('drop a byte-order mark at the beginning, and only there', async () => {
    expect(plain(await rowsOf('\ufeffa,b\n1,\ufeff2\n', 1))).toEqual([['a', 'b'], ['1', '\ufeff2']]);
  });

  it('start where their first line is, also when a quoted cell holds line ends', async () => {
    const rows = await rowsOf('a,b\n1,"x\ny\r\nz"\n2,3\n');
    expect(rows.map(({ line, lastLine, cells }) => [line, lastLine, ...cells])).toEqual([[1, 1, 'a', 'b'], [2, 4, '1', 'x\ny\r\nz'], [5, 5, '2', '3']]);
  });

  it('hold commas, quotes and nothing in quotes', async () => {
    expect(plain(await rowsOf('"a,b","c""d",""\n'))).toEqual([['a,b', 'c"d', '']]);
  });

  it('read the same whatever was written, and as csv-parse does', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ộ', '"', ',', '\n', '\r\n', ' ', '=', '😀'), maxLength: 8 });
    const table = fc.integer({ min: 1, max: 4 }).chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }));
    await fc.assert(fc.asyncProperty(table, fc.boolean(), fc.integer({ min: 1, max: 9 }), async (rows, windows, chunk) => {
      const content = rows.map((row) => row.map(quoted).join(',')).join(windows ? '\r\n' : '\n');
      const read = await rowsOf(content, chunk);
      expect(plain(read)).toEqual(rows);
      expect(plain(read)).toEqual(parse(content, { record_delimiter: ['\r\n', '\n'], relax_column_count: true }));
    }));
  });
});

describe('broken quotes', () => {
  it('cost only the row they are in', async () => {
    const rows = await rowsOf('a,b\n1,"x\n2,y\n3,"z"\n4,w\n');
    expect(rows.map(({ line, cells, fault }) => [line, cells.join('|'), fault])).toEqual([
      [1, 'a|b', undefined], [2, '1|x', 'quote_is_not_closed'], [3, '2|y', undefined], [4, '3|z', undefined], [5, '4|w', undefined],
    ]);
  });

  it('are found at the end of the file', async () => {
    const rows = await rowsOf('a,b\n1,"x\n2,y\n');
    expect(rows.map(({ line, fault }) => [line, fault])).toEqual([[1, undefined], [2, 'quote_is_not_closed'], [3, undefined]]);
  });

  it('stop the reading when there are too many', async () => {
    const rows = await rowsOf('x"\n'.repeat(1000));
    expect(rows).toHaveLength(LIMITS.brokenQuotes);
  });

  it('never hold more than a row may have', async () => {
    const rows = await rowsOf(`a\n"${'x\n'.repeat(200)}`, 64, { ...LIMITS, rowCharacters: 100 });
    expect(rows[1]).toMatchObject({ line: 2, fault: 'quote_is_not_closed' });
    expect(rows).toHaveLength(201);
  });
});
