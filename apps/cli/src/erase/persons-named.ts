import type { EventStore } from '@ledger/event-store';
import { beneficiaryIdOf, donorIdOf } from '@ledger/fund-ledger';
import { isUuid } from '@ledger/kernel';

export const PERSON_KINDS = ['donor', 'beneficiary'] as const;
export type PersonKind = (typeof PERSON_KINDS)[number];

/** As somebody writes it: an id, or a code in a tree. */
export interface PersonNamed {
  readonly text: string;
  readonly rootCode: string | undefined;
}

export interface PersonFound {
  readonly personId: string;
  readonly kind: PersonKind;
}

export interface NotOnePerson {
  readonly named: PersonNamed;
  readonly vi: string;
  readonly en: string;
}

/** More in one go is a mistake more often than a wish. */
export const MOST_PERSONS = 10_000;

/** Lines of a file: an id, a code, or a tree's code and a code in it, parted by blanks, commas or semicolons. Empty lines and those after # do not count. */
export function personsInLines(text: string, rootCode: string | undefined): PersonNamed[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/).map((line) => line.replace(/#.*$/, '').trim()).filter((line) => line !== '');
  return lines.map((line) => {
    const [first = '', second] = line.split(/[\s,;]+/);
    return second === undefined ? { text: first, rootCode } : { text: second, rootCode: first };
  });
}

/** Finds each in the log, which is the truth: by id among donors and beneficiaries, by code in its tree. */
export async function findPersons(store: EventStore, named: readonly PersonNamed[], kind: PersonKind | undefined): Promise<{ found: PersonFound[]; faults: NotOnePerson[] }> {
  const found = new Map<string, PersonFound>();
  const faults: NotOnePerson[] = [];
  for (const one of named) {
    const person = await findPerson(store, one, kind);
    if ('personId' in person) found.set(person.personId, person);
    else faults.push({ named: one, ...person });
  }
  return { found: [...found.values()], faults };
}

async function findPerson(store: EventStore, { text, rootCode }: PersonNamed, kind: PersonKind | undefined): Promise<PersonFound | Omit<NotOnePerson, 'named'>> {
  const isId = isUuid(text.toLowerCase());
  if (!isId && rootCode === undefined) {
    return { vi: 'không phải là id; nếu là mã thì cần --root <mã hội gốc>', en: 'is no id; a code needs --root <code of the root association>' };
  }
  const candidates = PERSON_KINDS.filter((one) => kind === undefined || one === kind).map((one): PersonFound => ({
    kind: one, personId: isId ? text.toLowerCase() : (one === 'donor' ? donorIdOf : beneficiaryIdOf)(rootCode!, text),
  }));
  const known: PersonFound[] = [];
  for (const candidate of candidates) if (await exists(store, streamOf(candidate))) known.push(candidate);
  if (known.length === 1) return known[0]!;
  if (known.length === 0) return { vi: 'không có trong sổ', en: 'is not in the ledger' };
  return { vi: 'vừa là nhà hảo tâm vừa là người thụ hưởng: thêm --kind donor hoặc --kind beneficiary', en: 'is a donor\'s code and a beneficiary\'s: add --kind donor or --kind beneficiary' };
}

export function streamOf({ kind, personId }: PersonFound): string {
  return `${kind}-${personId}`;
}

async function exists(store: EventStore, stream: string): Promise<boolean> {
  for await (const _ of store.readStream(stream, 0n, 1)) return true;
  return false;
}
