import { readFileSync } from 'node:fs';
import { columnName, TABLE_ENDS, TABLE_STARTS, withFigures } from './performance-page.js';

const PAGE = `# Page\n\nBy hand.\n\n${TABLE_STARTS}\n${TABLE_ENDS}\n\nMore by hand.\n`;

describe('the table of figures', () => {
  it('keeps what was measured before and everything that people wrote', () => {
    const first = withFigures(PAGE, '2 cores', new Map([[1_000_000, [{ row: 'commands', aim: '≥ 600/s', value: '1,200/s' }]], [0, [{ row: 'import', value: '9 s' }]]]));
    const second = withFigures(first, '4 cores', new Map([[100_000, [{ row: 'commands', aim: '≥ 600/s', value: '900/s' }, { row: 'verify', value: '3 s' }]], [0, [{ row: 'import', value: '8 s' }]]]));
    expect(second.startsWith('# Page\n\nBy hand.\n')).toBe(true);
    expect(second.endsWith('\nMore by hand.\n')).toBe(true);
    expect(second.split('\n').filter((line) => line.startsWith('|'))).toEqual([
      '| figure | aim | empty | 100 k | 1 M |', '| --- | --- | ---: | ---: | ---: |',
      '| commands | ≥ 600/s | – | 900/s | 1,200/s |', '| import |  | 8 s | – | – |', '| verify |  | – | 3 s | – |',
    ]);
    expect(second).toContain('4 cores');
    expect(second).not.toContain('2 cores');
  });

  it('names columns after the size of the ledger', () => {
    expect([0, 500, 2_000, 100_000, 5_000_000].map(columnName)).toEqual(['empty', '500', '2 k', '100 k', '5 M']);
  });

  it('has its place in the page that the bench writes', () => {
    expect(() => withFigures(readFileSync('docs/performance.md', 'utf8'), '', new Map())).not.toThrow();
    expect(() => withFigures('no table', '', new Map())).toThrow('markers');
  });
});
