/**
 * Writes rows as JSON within Postgres: a page of hundreds of lines then goes from the tables to the client as text,
 * without being taken apart and put together again on the way. A piece is SQL whose value stands in the text as it is;
 * `concat` takes them, since it looks up once for all rows how each is written.
 */
export type JsonPiece = readonly string[];

/** What needs no escaping (ids, days, digits of an amount, words of our own) and is never null. */
export const quoted = (column: string): JsonPiece => [`'"'`, column, `'"'`];
export const quotedOrNull = (column: string): JsonPiece => [`coalesce('"' || ${column} || '"', 'null')`];
/** A number, never null. */
export const bare = (column: string): JsonPiece => [column];
export const bareOrNull = (column: string): JsonPiece => [`coalesce(${column}::text, 'null')`];
/** Whatever somebody wrote; null where nothing. */
export const written = (column: string): JsonPiece => [`coalesce(to_json(${column})::text, 'null')`];

/** `"name":value,…` without the braces. */
export function jsonFields(fields: Readonly<Record<string, JsonPiece>>): JsonPiece {
  return Object.entries(fields).flatMap(([name, piece], place) => [`'${place === 0 ? '' : ','}"${name}":'`, ...piece]);
}

export function jsonObject(fields: Readonly<Record<string, JsonPiece>>): JsonPiece {
  return [`'{'`, ...jsonFields(fields), `'}'`];
}

/** The pieces as one SQL value of type text. */
export function jsonText(piece: JsonPiece): string {
  const merged: string[] = [];
  for (const part of piece) {
    const last = merged.at(-1);
    if (last !== undefined && isLiteral(last) && isLiteral(part)) merged[merged.length - 1] = `${last.slice(0, -1)}${part.slice(1)}`;
    else merged.push(part);
  }
  return `concat(${merged.join(', ')})`;
}

/** A literal of ours: no quote within. */
function isLiteral(part: string): boolean {
  return /^'[^']*'$/.test(part);
}

/** Stand between fields and rows of text that Postgres puts together: JSON never has them unescaped. */
export const FIELD_END = '\u001f';
export const ROW_END = '\u001e';
/** The same as SQL. */
export const SQL_FIELD_END = `'${FIELD_END}'`;
export const SQL_ROW_END = `'${ROW_END}'`;
