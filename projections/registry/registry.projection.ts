import type { RecordedEvent } from '@ledger/kernel';
import type { AssociationEvent, BeneficiaryEvent, CampaignEvent, DonorEvent, FundEvent, PledgeEvent, ScholarshipProgramEvent } from '@ledger/fund-ledger';
import type { PersonVault } from '@ledger/privacy';
import type { Projection, Transaction } from '@ledger/projection-runtime';
import { nameHashesOf } from './people.js';
import { indexes, sealedViews, tables, views } from './tables.js';
import { addAssociations, addFunds, addRooted, addRows, applyChanges } from './writes.js';

export const REGISTRY = 'registry';

export type Taken = AssociationEvent | FundEvent | CampaignEvent | ScholarshipProgramEvent | PledgeEvent | DonorEvent | BeneficiaryEvent;
export type DataOf<Type extends Taken['type']> = Extract<Taken, { type: Type }>['data'];

const HANDLES: readonly Taken['type'][] = [
  'AssociationRegistered', 'AssociationRenamed', 'MembersCounted', 'FundOpened', 'FundRenamed', 'CampaignLaunched', 'ScholarshipProgramEstablished',
  'PledgeMade', 'PledgeCancelled', 'DonorRegistered', 'BeneficiaryRegistered', 'PersonErased',
];

/** What there is and what it is called. Persons' names stay sealed; the vault is needed for the hashes they are found by. */
export function registryProjection(vault: PersonVault): Projection {
  return { name: REGISTRY, version: 2, handles: HANDLES, erases: ['PersonErased'], tables, indexes, views, sealedViews, project: (batch, transaction, schema) => project(vault, batch, transaction, schema) };
}

async function project(vault: PersonVault, batch: readonly RecordedEvent[], transaction: Transaction, schema: string): Promise<void> {
  const of = <Type extends Taken['type']>(type: Type): DataOf<Type>[] => batch.filter((event) => event.type === type).map((event) => event.data as unknown as DataOf<Type>);
  await addAssociations(transaction, schema, of('AssociationRegistered'));
  await addFunds(transaction, schema, of('FundOpened'));
  await addRooted(transaction, schema, 'campaign', of('CampaignLaunched').map((one) => [one.associationId, [one.campaignId, one.code, one.associationId, one.name, one.startsOn, one.endsOn, one.target]]));
  await addRooted(transaction, schema, 'scholarship_program', of('ScholarshipProgramEstablished').map((one) => [one.fundId, [one.programId, one.code, one.fundId, one.name, one.partner]]));
  await addRooted(transaction, schema, 'pledge', of('PledgeMade').map((one) => [one.fundId, [one.pledgeId, one.code, one.donorId, one.fundId, one.campaignId, one.amount, one.effectiveOn, one.dueOn, null]]));
  const donors = of('DonorRegistered');
  const beneficiaries = of('BeneficiaryRegistered');
  const hashes = await nameHashesOf(vault, [...donors, ...beneficiaries]);
  await addRows(transaction, schema, 'donor', donors.map((one) => [one.donorId, one.rootCode, one.code, one.kind, one.name, one.sealed, hashes.get(one.donorId) ?? []]));
  await addRows(transaction, schema, 'beneficiary', beneficiaries.map((one) => [
    one.beneficiaryId, one.rootCode, one.code, one.kind, one.name, one.sealed, hashes.get(one.beneficiaryId) ?? [], one.associationId, one.school]));
  await applyChanges(transaction, schema, { associationNames: of('AssociationRenamed'), fundNames: of('FundRenamed'), members: of('MembersCounted'), cancelled: of('PledgeCancelled'), erased: of('PersonErased') });
}
