/** A value of a row as the log gives it. Lists are lists of ids or hashes. */
export type Cell = string | bigint | number | boolean | readonly string[] | null | undefined;

/** Between the cells of a row's text, and in place of what is absent: neither is in any id, code or amount. */
export const BETWEEN = '\u001f';
export const ABSENT = '\u001e';

const MOST_PAIRS = 100_000;
let pairs = new Map<string, Map<string, string>>();
let pairsKept = 0;

/** Two cells of a key as one text. The same ones come again and again: what is made once is hashed once, too. */
export function pairOf(first: string, second: string): string {
  let ofFirst = pairs.get(first);
  if (!ofFirst) pairs.set(first, (ofFirst = new Map()));
  const known = ofFirst.get(second);
  if (known !== undefined) return known;
  if (pairsKept >= MOST_PAIRS) {
    [pairs, pairsKept] = [new Map(), 0];
    return pairOf(first, second);
  }
  const pair = first + BETWEEN + second;
  ofFirst.set(second, pair);
  pairsKept += 1;
  return pair;
}

/** A row as one text, the same as the SELECT of `rowText` makes of a row in a table. */
export function textOf(cells: readonly Cell[]): string {
  let text = cellText(cells[0]);
  let absent = 0;
  for (let place = 1; place < cells.length; place += 1) {
    const cell = cells[place];
    if (cell === undefined || cell === null) {
      absent += 1;
      continue;
    }
    if (absent > 0) {
      text += gap(absent);
      absent = 0;
    }
    text += BETWEEN + cellText(cell);
  }
  return absent === 0 ? text : text + gap(absent);
}

const GAPS: string[] = [];

/** Many cells of a row are absent, most of them beside each other. */
function gap(cells: number): string {
  return (GAPS[cells] ??= (BETWEEN + ABSENT).repeat(cells));
}

function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell.includes('\0') ? cell.replaceAll('\0', '\uFFFD') : cell;
  if (cell === null || cell === undefined) return ABSENT;
  return typeof cell === 'object' ? `{${cell.join(',')}}` : String(cell);
}

/** An SQL expression of a row's text, with instants as `instantText` writes them; the session's time zone is UTC. */
export function rowText(columns: readonly string[]): string {
  return `concat_ws(E'\\x1f', ${columns.map((column) => `coalesce(${column}::text, E'\\x1e')`).join(', ')})`;
}

/** How Postgres is asked to copy rows out: nearly as `textOf` writes them. */
export const COPY_FORM = `DELIMITER E'\\x1f', NULL E'\\x1e'`;

/** COPY writes these as single letters. */
const FLAGS: ReadonlySet<string> = new Set(['with_descendants', 'erased']);

export function rowColumns(columns: readonly string[]): string {
  return columns.map((column) => (FLAGS.has(column) ? `${column}::text` : column)).join(', ');
}

const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** The text of a row as it was before COPY escaped what could be mistaken for the end of a cell or of the row. */
export function copiedText(line: string): string {
  return line.includes('\\') ? line.replaceAll(/\\(.)/gsu, (_, letter: string) => ESCAPED[letter] ?? letter) : line;
}

/** An instant (ISO 8601, UTC) as Postgres writes it: '2024-07-01 08:30:00.5+00'. */
export function instantText(iso: string): string {
  if (iso !== latest.iso) latest = { iso, text: instantOf(iso) };
  return latest.text;
}

/** Events that were recorded at once come one after another, and several rows tell of each. */
let latest = { iso: '', text: '' };

function instantOf(iso: string): string {
  const text = iso.length === 24 && iso.endsWith('Z') ? iso : new Date(iso).toISOString();
  let end = 23;
  while (text[end - 1] === '0') end -= 1;
  if (text[end - 1] === '.') end -= 1;
  return `${text.slice(0, 10)} ${text.slice(11, Math.max(end, 19))}+00`;
}

/** What the first `count` cells of a row's text are, as text. */
export function firstCells(text: string, count: number): string {
  let end = -1;
  for (let cell = 0; cell < count; cell += 1) {
    end = text.indexOf(BETWEEN, end + 1);
    if (end === -1) return text;
  }
  return text.slice(0, end);
}
