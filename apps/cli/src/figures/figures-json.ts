// No code or name can hold a NUL, so nothing else in a document looks like this.
const MARK = '\u0000';
const MARKED = /"\\u0000(-?[0-9]+)"/g;

/** JSON in which amounts are numbers to the last đồng, also beyond 2^53, and keys are in alphabetical order. */
export function figuresJson(document: object): string {
  const text = JSON.stringify(document, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${MARK}${value}`;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  }, 1);
  return text.replace(MARKED, '$1');
}
