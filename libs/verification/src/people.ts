import type { Cell } from './cells.js';
import type { EventPlace } from './differences.js';
import type { ExpectedRow } from './log/expectations.js';

/** A person or organisation as registered. */
export interface Registered { readonly id: string; readonly name: string | undefined; readonly sealed: string | undefined }

/** Keyed hashes of the names, in order; undefined where it cannot be told, since the person's key is gone. */
export type NameHashes = (registered: readonly Registered[]) => Promise<(readonly string[] | undefined)[]>;

const PAGE = 500;
/** Columns of registry.donor and registry.beneficiary alike; `erased` is the last. */
const [ID, NAME, SEALED, HASHES] = [0, 4, 5, 6] as const;

/** Rows of persons as they should be: without anything that names them once they are erased. */
export async function* finishedPersons(rows: AsyncIterable<ExpectedRow>, erased: ReadonlyMap<string, EventPlace>, nameHashes: NameHashes): AsyncGenerator<ExpectedRow> {
  for await (const page of pages(rows)) {
    const hashes = await nameHashes(page.map(({ cells }) => ({ id: String(cells[ID]), name: textOrNothing(cells[NAME]), sealed: textOrNothing(cells[SEALED]) })));
    for (const [place, row] of page.entries()) yield finished(row, erased, hashes[place]);
  }
}

function finished(row: ExpectedRow, erased: ReadonlyMap<string, EventPlace>, hashes: readonly string[] | undefined): ExpectedRow {
  const cells = [...row.cells];
  const erasure = erased.get(String(cells[ID]));
  if (erasure) {
    cells[NAME] = null;
    cells[SEALED] = null;
    cells[HASHES] = [];
    cells[cells.length - 1] = true;
    return { ...row, cells, place: erasure };
  }
  // Without the key there is no telling what they were made of.
  if (hashes === undefined) return { ...row, cells, untold: HASHES };
  cells[HASHES] = hashes;
  return { ...row, cells };
}

async function* pages(rows: AsyncIterable<ExpectedRow>): AsyncGenerator<ExpectedRow[]> {
  let page: ExpectedRow[] = [];
  for await (const row of rows) {
    page.push(row);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function textOrNothing(cell: Cell): string | undefined {
  return typeof cell === 'string' ? cell : undefined;
}
