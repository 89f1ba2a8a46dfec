import type { Refusal } from '@ledger/kernel';
import type { ErasePerson } from './commands.js';
import type { PersonErased } from './donor/events.js';
import { given } from './given.js';
import { refuse } from './refuse.js';

/** What a donor's and a beneficiary's stream have in common: whether a key of its own seals it, and whether that is gone. */
export type PersonState = { readonly sealed: boolean; readonly erased: boolean } | undefined;

/** Only organisations and groups have their names in the clear; a person's stand under a key, or they are not taken. */
export function profileRefusal(isPerson: boolean, { name, sealed, school }: { name?: string; sealed?: string; school?: string }): Refusal | undefined {
  if (isPerson) {
    const asItMustBe = sealed !== undefined && name === undefined && school === undefined;
    return asItMustBe ? undefined : refuse('personal_data_must_be_sealed', {}, '/name');
  }
  return name !== undefined && sealed === undefined ? undefined : refuse('name_must_be_given_in_the_clear', {}, '/name');
}

/** After it the person's key is destroyed, and with it the meaning of everything that it seals. */
export function erasePerson({ personId, personKind, reason }: ErasePerson, state: PersonState): readonly PersonErased[] | Refusal {
  if (!state) return refuse(personKind === 'donor' ? 'donor_not_found' : 'beneficiary_not_found', { personId }, '/personId');
  if (!state.sealed) return refuse('only_persons_can_be_erased', {}, '/personId');
  if (state.erased) return refuse('person_already_erased', {}, '/personId');
  return [{ type: 'PersonErased', data: { personId, ...given({ reason }) } }];
}
