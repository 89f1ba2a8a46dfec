/**
 * Where two documents of figures differ, one line for each difference with its path. A figure that is 0 may be left
 * out; amounts may be numbers, bigints or digits.
 */
export function figureDifferences(expected: unknown, actual: unknown, path = ''): string[] {
  if (isBranch(expected) || isBranch(actual)) return branchDifferences(expected, actual, path);
  const [wanted, found] = [leaf(expected), leaf(actual)];
  return wanted === found ? [] : [`${path || '/'}: expected ${wanted}, found ${found}`];
}

type Branch = Readonly<Record<string, unknown>> | readonly unknown[];

const isBranch = (value: unknown): value is Branch => typeof value === 'object' && value !== null;

function branchDifferences(expected: unknown, actual: unknown, path: string): string[] {
  const [wanted, found] = [isBranch(expected) ? expected : {}, isBranch(actual) ? actual : {}] as Readonly<Record<string, unknown>>[];
  const length = Array.isArray(expected) && Array.isArray(actual) && expected.length !== actual.length
    ? [`${path}: expected ${expected.length} items, found ${actual.length}`] : [];
  const names = new Set([...Object.keys(wanted!), ...Object.keys(found!)]);
  return [...length, ...[...names].flatMap((name) => figureDifferences(wanted![name], found![name], `${path}/${name}`))];
}

function leaf(value: unknown): string {
  return value === undefined || value === null ? '0' : String(value);
}
