import type { LedgerCommand } from '@ledger/fund-ledger';

const CREATING: ReadonlySet<LedgerCommand['type']> = new Set<LedgerCommand['type']>([
  'RegisterAssociation', 'OpenFund', 'OpenFundBook', 'LaunchCampaign', 'EstablishScholarshipProgram', 'RegisterDonor', 'RegisterBeneficiary', 'MakePledge',
]);

/** Whether the command can only be a stream's first: it is then tried on an empty stream without reading. */
export function creates(command: LedgerCommand): boolean {
  return CREATING.has(command.type);
}
