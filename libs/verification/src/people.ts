import type { Cell } from './cells.js';
import type { EventAt } from './differences.js';
import type { ExpectedRow } from './log/expected-row.js';

/** A person or organisation as registered. */
export interface Registered { readonly id: string; readonly name: string | undefined; readonly sealed: string | undefined }

/** Keyed hashes of the names, in order; undefined where it cannot be told, since the person's key is gone. */
export type NameHashes = (registered: readonly Registered[]) => Promise<(readonly string[] | undefined)[]>;

/** What opens a person's profile and hashes a name; the profile is JSON with `name`. */
export interface NameVault {
  openMany(items: readonly { readonly personId: string; readonly use: 'profile'; readonly sealed: string }[]): Promise<(string | undefined)[]>;
  nameHashes(name: string): readonly string[];
}

/** Hashes of names that are opened only for that, and never kept. */
export function nameHashesThrough(vault: NameVault): NameHashes {
  return async (registered) => {
    const sealed = registered.flatMap(({ id, sealed: text }) => (text === undefined ? [] : [{ personId: id, use: 'profile' as const, sealed: text }]));
    const opened = sealed.length === 0 ? [] : await vault.openMany(sealed);
    const names = new Map(sealed.map(({ personId }, place) => [personId, nameIn(opened[place])]));
    return registered.map(({ id, name, sealed: text }) => {
      const known = text === undefined ? name : names.get(id);
      return known === undefined ? undefined : vault.nameHashes(known);
    });
  };
}

/** Where there are no keys nothing can be said of what a name was made into. */
export const withoutKeys: NameHashes = (registered) => Promise.resolve(registered.map(() => undefined));

function nameIn(profile: string | undefined): string | undefined {
  return profile === undefined ? undefined : (JSON.parse(profile) as { readonly name: string }).name;
}

const PAGE = 500;
/** Columns of registry.donor and registry.beneficiary alike; `erased` is the last. */
const [ID, NAME, SEALED, HASHES] = [0, 4, 5, 6] as const;

/** Rows of persons as they should be: without anything that names them once they are erased. */
export async function* finishedPersons(rows: AsyncIterable<ExpectedRow>, erased: ReadonlyMap<string, EventAt>, nameHashes: NameHashes): AsyncGenerator<ExpectedRow> {
  for await (const page of pages(rows)) {
    const hashes = await nameHashes(page.map(({ cells }) => ({ id: String(cells[ID]), name: textOrNothing(cells[NAME]), sealed: textOrNothing(cells[SEALED]) })));
    for (const [place, row] of page.entries()) yield finished(row, erased, hashes[place]);
  }
}

function finished(row: ExpectedRow, erased: ReadonlyMap<string, EventAt>, hashes: readonly string[] | undefined): ExpectedRow {
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
