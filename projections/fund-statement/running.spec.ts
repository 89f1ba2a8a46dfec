import { addedTo } from './running.js';

describe('a running sum of amounts', () => {
  const summed = (...changes: string[]): string => String(changes.reduce<Parameters<typeof addedTo>[0]>((sum, change) => addedTo(sum, change), '0'));

  it.each<[string, readonly string[], string]>([
    ['small ones', ['5', '-7', '2', '40'], '40'],
    ['a sum beyond 2^53', ['9007199254740991', '1', '1'], '9007199254740993'],
    ['one that is beyond 2^53 by itself', ['9007199254740993', '-9007199254740992'], '1'],
    ['back from beyond', ['9223372036854775807', '9223372036854775807', '-18446744073709551609', '-6'], '-1'],
    ['down to nothing', ['-3', '3'], '0'],
  ])('is exact for %s', (_, changes, sum) => {
    expect(summed(...changes)).toBe(sum);
  });
});
