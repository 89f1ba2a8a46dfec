import type { RegistryFilter, RegistryKey } from '@projections/registry';
import { given } from '../commands/given.js';
import { idOf } from '../commands/references.js';
import { CODE_FORM, partsOf, UUID_FORM } from './cursor.js';

/** The parameters that lists of registered things may have; each list's class names its own. */
interface RegistryParameters {
  readonly tree?: string; readonly code?: string; readonly kind?: string; readonly level?: string; readonly parent?: string;
  readonly association?: string; readonly under?: string; readonly fund?: string; readonly donor?: string; readonly campaign?: string;
}

export function registryFilter(query: RegistryParameters): RegistryFilter {
  const { tree, code, kind, level, parent, association, under, fund, donor, campaign } = query;
  return given({
    rootCode: tree, code, kind, level,
    parentId: parent && idOf('association', parent),
    associationId: association && idOf('association', association),
    underId: under && idOf('association', under),
    fundId: fund && idOf('fund', fund),
    donorId: donor && idOf('donor', donor),
    campaignId: campaign && idOf('campaign', campaign),
  });
}

/** Lists of registered things go by tree, then code. */
export function registryKey(after: string | undefined): RegistryKey | undefined {
  if (after === undefined) return undefined;
  const [rootCode, code, id] = partsOf(after, [CODE_FORM, CODE_FORM, UUID_FORM]);
  return { rootCode: rootCode!, code: code!, id: id! };
}

type Coded = { readonly rootCode: string; readonly code: string };

/** The key that a page of things ended at; `idOf` says which of its ids is the thing's own. */
export function keyOf<Thing extends Coded>(idOf: (thing: Thing) => string): (thing: Thing) => readonly string[] {
  return (thing) => [thing.rootCode, thing.code, idOf(thing)];
}

/** As clients know it: the root's code is called `tree`, as in the commands. */
export function shown<Thing extends { readonly rootCode: string }>({ rootCode, ...rest }: Thing): { readonly tree: string } & Omit<Thing, 'rootCode'> {
  return { tree: rootCode, ...rest };
}
