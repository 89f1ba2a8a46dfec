import { copiedText, textOf, type Cell } from '../cells.js';
import { CopiedRows } from './copied-rows.js';
import { RowBuffer } from './row-buffer.js';

const ROWS: readonly (readonly Cell[])[] = [
  ['a', null, undefined, 'z'], [0n, -1n, 7, 999_999_999n, 1_000_000_000n, -1_000_000_001n, 9_007_199_254_740_991n, 9_007_199_254_740_993n, -123_456_789_012_345_678_901_234_567_890n],
  [true, ['x', 'y'], [], ''], ['Nguyễn Thị Ánh', '💰', 'x'.repeat(200_000)], [undefined], [],
];

describe('rows as COPY writes them', () => {
  it('are the texts of their cells', () => {
    const rows = new CopiedRows();
    for (const cells of ROWS) rows.add(cells);
    rows.addText('one\u001ftwo');
    const texts = [...ROWS.map((cells) => (cells.length === 0 ? '' : textOf(cells))), 'one\u001ftwo'];
    expect(texts.map((_, row) => rows.text(row))).toEqual(texts);
    expect(rows.copied?.toString()).toBe(texts.map((text) => `${text}\n`).join(''));
    rows.clear();
    expect([rows.count, rows.copied?.length]).toEqual([0, 0]);
  });

  it.each(['a\\b', 'line\nend', 'tab\t', '\r', '\b', '\f', '\v', 'nothing\0'])('are not told all at once where something in them is escaped: %j', (text) => {
    const rows = new CopiedRows();
    rows.add(['x', text]);
    expect([rows.copied, rows.text(0)]).toEqual([undefined, `x\u001f${text.replace('\0', '\uFFFD')}`]);
    rows.clear();
    rows.add(['x']);
    expect(rows.copied?.toString()).toBe('x\n');
  });

  it('are read as they were before they were escaped', () => {
    expect(copiedText('a\\\\b\\nc\\td\\re\\bf\\fg\\vh\\\u001fi\\\\n')).toBe('a\\b\nc\td\re\bf\fg\vh\u001fi\\n');
  });
});

describe('rows that have come', () => {
  it('leave in their order, however many are kept meanwhile', () => {
    const rows = new RowBuffer();
    let [came, went] = [0, 0];
    for (let round = 0; round < 200; round += 1) {
      for (let row = 0; row < (round * 37) % 90; row += 1) rows.add(Buffer.from(`${(came += 1)} ${'x'.repeat((came * 13) % 500)}\n`));
      const going = Math.min(rows.count, (round * 53) % 90);
      if (going === 0) continue;
      const told = Array.from({ length: going }, (_, at) => `${went + at + 1} ${'x'.repeat(((went + at + 1) * 13) % 500)}\n`);
      expect(rows.first()).toBe(told[0]!.slice(0, -1));
      expect([rows.isNext(going, Buffer.from(told.join(''))), rows.isNext(going, Buffer.from(told.join('').replace('x', 'y')))]).toEqual([true, !told.join('').includes('x')]);
      rows.drop(going);
      went += going;
    }
    expect([rows.count, rows.size === 0]).toEqual([came - went, came === went]);
  });

  it('are not taken for others that hold a line end', () => {
    const rows = new RowBuffer();
    for (const row of ['a\n', 'b\n']) rows.add(Buffer.from(row));
    expect([rows.isNext(1, Buffer.from('a\nb\n')), rows.isNext(2, Buffer.from('a\nb\n'))]).toEqual([false, true]);
  });
});
