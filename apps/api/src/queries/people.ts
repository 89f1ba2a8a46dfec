import { Inject, Injectable } from '@nestjs/common';
import { invariant } from '@ledger/kernel';
import type { Person } from '@projections/registry';
import { PARTS, type ApiParts } from '../api-parts.js';
import { Problem } from '../http/problem.js';
import { isPassingFailure } from '@ledger/projection-runtime';

/** Stands where the name of an erased person stood. */
export const ERASED_NAME = 'đã xóa / erased';

interface Profile { readonly name: string; readonly dateOfBirth?: string; readonly school?: string; readonly contact?: string }

export type OpenPerson = Omit<Person, 'sealed' | 'name' | 'school'> & Profile;

/** Opens the sealed profiles of a page at once, for those who may see them. */
@Injectable()
export class People {
  constructor(@Inject(PARTS) private readonly parts: ApiParts) {}

  async open(people: readonly Person[]): Promise<OpenPerson[]> {
    const items = people.flatMap(({ personId, sealed }) => (sealed === null ? [] : [{ personId, use: 'profile' as const, sealed }]));
    const opened = items.length === 0 ? [] : await this.openMany(items);
    const profiles = new Map(items.map(({ personId }, index) => [personId, opened[index]]));
    return people.map(({ sealed, name, school, ...person }) => ({ ...person, ...this.profileOf(person, { name, school }, profiles.get(person.personId)) }));
  }

  /** The keyed hashes of the words of a name, in any order; the first hash is the whole name's. */
  nameHashes(name: string): readonly string[] {
    return this.parts.vault.nameHashes(name).slice(1);
  }

  private profileOf({ erased }: { readonly erased: boolean }, plain: { name: string | null; school: string | null }, text: string | undefined): Profile {
    if (text !== undefined) return JSON.parse(text) as Profile;
    if (plain.name !== null) return plain.school === null ? { name: plain.name } : { name: plain.name, school: plain.school };
    // The key is deleted before the projection hears of it: without a key a person counts as erased.
    invariant(erased || text === undefined, 'a person has a plain name, a sealed profile, or neither');
    return { name: ERASED_NAME };
  }

  /** Sealed texts in order; undefined where the person is erased. */
  async openMany(items: Parameters<ApiParts['vault']['openMany']>[0]): Promise<(string | undefined)[]> {
    try {
      return await this.parts.vault.openMany(items);
    } catch (error) {
      throw isPassingFailure(error) ? new Problem(503, 'database_unavailable', { headers: { 'Retry-After': '1' } }) : error;
    }
  }
}
