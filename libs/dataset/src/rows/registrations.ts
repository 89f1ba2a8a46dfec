import { given } from '@ledger/fund-ledger';
import type { FileName, ValuesOf } from '../format.js';
import type { RowSubmission } from '../submission.js';
import type { SoundRow } from '../table.js';
import type { SetIndex } from './set-index.js';
import type { StandingRows } from './standing.js';
import { JoinedSubmissions, MadeSubmissions, type Submissions } from './submissions.js';

type Made = Pick<RowSubmission, 'command' | 'secrets'>;

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
export function registrations(rows: StandingRows, index: SetIndex): Submissions[] {
  const { rootCode } = index;
  const list = <File extends FileName>(file: File, of: readonly SoundRow<File>[], make: (values: ValuesOf<File>) => Made): Submissions =>
    MadeSubmissions.ofRows(of, ({ line, values }) => ({ commandId: index.commandId(file, (values as unknown as { readonly code: string }).code), ...make(values), row: { file, line } }));
  return [
    ...generations(rows.associations).map((generation) => list('associations', generation, ({ code, name, level, parent_code, members, established_on }) => ({ command: {
      type: 'RegisterAssociation', associationId: index.associationId(code), rootId: index.associationId(rootCode), rootCode, code, name, level, members,
      ...given({ parentId: parent_code === undefined ? undefined : index.associationId(parent_code), establishedOn: established_on }),
    } }))),
    new JoinedSubmissions([
      list('funds', rows.funds, (values) => ({ command: {
        type: 'OpenFund', fundId: index.fundId(values.code), rootCode, code: values.code, name: values.name,
        associationId: index.associationId(values.association_code), restriction: values.restriction, ...given({ purpose: values.purpose }),
        openedOn: values.opened_on, endowmentPrincipal: values.endowment_principal,
        opening: { cash: values.opening_cash, bank: values.opening_bank, goods: values.opening_goods },
      } })),
      list('campaigns', rows.campaigns, (values) => ({ command: {
        type: 'LaunchCampaign', campaignId: index.campaignId(values.code), code: values.code, associationId: index.associationId(values.association_code),
        name: values.name, ...given({ startsOn: values.starts_on, endsOn: values.ends_on, target: values.target }),
      } })),
      list('donors', rows.donors, ({ code, name, kind }) => {
        const donorId = index.donorId(code);
        const command = { type: 'RegisterDonor', donorId, rootCode, code, kind } as const;
        return kind === 'organisation' ? { command: { ...command, name } } : { command, secrets: { personId: donorId, profile: { name } } };
      }),
      list('beneficiaries', rows.beneficiaries, ({ code, name, kind, date_of_birth, association_code, school }) => {
        const beneficiaryId = index.beneficiaryId(code);
        const command = { type: 'RegisterBeneficiary', beneficiaryId, rootCode, code, kind, associationId: index.associationId(association_code) } as const;
        return kind === 'group'
          ? { command: { ...command, name, ...given({ school }) } }
          : { command, secrets: { personId: beneficiaryId, profile: { name, ...given({ dateOfBirth: date_of_birth, school }) } } };
      }),
    ]),
    list('scholarship_programs', rows.scholarship_programs, ({ code, fund_code, name, partner }) => ({ command: {
      type: 'EstablishScholarshipProgram', programId: index.programId(code), code, fundId: index.fundId(fund_code), name, ...given({ partner }),
    } })),
  ];
}
