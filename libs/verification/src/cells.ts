/** A value of a row as the log gives it. Lists are lists of ids or hashes. */
export type Cell = string | bigint | number | boolean | readonly string[] | null | undefined;

/** Between the cells of a row's text, and in place of what is absent: neither is in any id, code or amount. */
export const BETWEEN = '\u001f';
export const ABSENT = '\u001e';

/** A row as one text, the same as the SELECT of `rowText` makes of a row in a table. */
export function textOf(cells: readonly Cell[]): string {
  let text = '';
  for (let place = 0; place < cells.length; place += 1) text += place === 0 ? cellText(cells[place]) : BETWEEN + cellText(cells[place]);
  return text;
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

/** An instant (ISO 8601, UTC) as Postgres writes it: '2024-07-01 08:30:00.5+00'. */
export function instantText(iso: string): string {
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
