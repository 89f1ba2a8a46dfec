import type { BeneficiaryEvent, DonorEvent } from '@ledger/fund-ledger';
import type { PersonProfile, PersonVault } from '@ledger/privacy';

type Registered = Extract<DonorEvent, { type: 'DonorRegistered' }>['data'] | Extract<BeneficiaryEvent, { type: 'BeneficiaryRegistered' }>['data'];

/** Makes the hashes under which a person is found by name. A name is opened only for that, and never kept. */
export async function nameHashesOf(vault: PersonVault, registered: readonly Registered[]): Promise<Map<string, readonly string[]>> {
  const sealed = registered.flatMap((one) => (one.sealed === undefined ? [] : [{ personId: personIdOf(one), use: 'profile' as const, sealed: one.sealed }]));
  const opened = sealed.length === 0 ? [] : await vault.openMany(sealed);
  const hashes = new Map<string, readonly string[]>();
  for (const one of registered) if (one.name !== undefined) hashes.set(personIdOf(one), vault.nameHashes(one.name));
  for (const [index, { personId }] of sealed.entries()) {
    const profile = opened[index];
    if (profile !== undefined) hashes.set(personId, vault.nameHashes((JSON.parse(profile) as PersonProfile).name));
  }
  return hashes;
}

export function personIdOf(registered: Registered): string {
  return 'donorId' in registered ? registered.donorId : registered.beneficiaryId;
}
