import { given, type LedgerCommand } from '@ledger/fund-ledger';
import type { FileName } from '../format.js';
import type { RowSubmission } from '../submission.js';
import type { SoundRow } from '../table.js';
import type { SetIndex } from './set-index.js';
import type { StandingRows } from './standing.js';

/** The associations by their distance from the root; they come parents first. */
function generations(associations: StandingRows['associations']): SoundRow<'associations'>[][] {
  const depths = new Map<string | undefined, number>([[undefined, -1]]);
  const generations: SoundRow<'associations'>[][] = [];
  for (const row of associations) {
    const depth = depths.get(row.values.parent_code)! + 1;
    depths.set(row.values.code, depth);
    (generations[depth] ??= []).push(row);
  }
  return generations;
}

/** Registrations in stages: whatever a row refers to is in an earlier stage. */
export function registrations(rows: StandingRows, index: SetIndex): RowSubmission[][] {
  const { rootCode } = index;
  const submission = (file: FileName, line: number, code: string, command: LedgerCommand, secrets?: RowSubmission['secrets']): RowSubmission => ({
    commandId: index.commandId(file, code), command, row: { file, line }, ...given({ secrets }),
  });
  return [
    ...generations(rows.associations).map((generation) => generation.map(({ line, values: { code, name, level, parent_code, members, established_on } }) => submission('associations', line, code, {
      type: 'RegisterAssociation', associationId: index.associationId(code), rootId: index.associationId(rootCode), rootCode, code, name, level, members,
      ...given({ parentId: parent_code === undefined ? undefined : index.associationId(parent_code), establishedOn: established_on }),
    }))),
    [
      ...rows.funds.map(({ line, values }) => submission('funds', line, values.code, {
        type: 'OpenFund', fundId: index.fundId(values.code), rootCode, code: values.code, name: values.name,
        associationId: index.associationId(values.association_code), restriction: values.restriction, ...given({ purpose: values.purpose }),
        openedOn: values.opened_on, endowmentPrincipal: values.endowment_principal,
        opening: { cash: values.opening_cash, bank: values.opening_bank, goods: values.opening_goods },
      })),
      ...rows.campaigns.map(({ line, values }) => submission('campaigns', line, values.code, {
        type: 'LaunchCampaign', campaignId: index.campaignId(values.code), code: values.code, associationId: index.associationId(values.association_code),
        name: values.name, ...given({ startsOn: values.starts_on, endsOn: values.ends_on, target: values.target }),
      })),
      ...rows.donors.map(({ line, values: { code, name, kind } }) => {
        const donorId = index.donorId(code);
        const command = { type: 'RegisterDonor', donorId, rootCode, code, kind } as const;
        return kind === 'organisation'
          ? submission('donors', line, code, { ...command, name })
          : submission('donors', line, code, command, { personId: donorId, profile: { name } });
      }),
      ...rows.beneficiaries.map(({ line, values: { code, name, kind, date_of_birth, association_code, school } }) => {
        const beneficiaryId = index.beneficiaryId(code);
        const command = { type: 'RegisterBeneficiary', beneficiaryId, rootCode, code, kind, associationId: index.associationId(association_code) } as const;
        return kind === 'group'
          ? submission('beneficiaries', line, code, { ...command, name, ...given({ school }) })
          : submission('beneficiaries', line, code, command, { personId: beneficiaryId, profile: { name, ...given({ dateOfBirth: date_of_birth, school }) } });
      }),
    ],
    rows.scholarship_programs.map(({ line, values: { code, fund_code, name, partner } }) => submission('scholarship_programs', line, code, {
      type: 'EstablishScholarshipProgram', programId: index.programId(code), code, fundId: index.fundId(fund_code), name, ...given({ partner }),
    })),
  ];
}
