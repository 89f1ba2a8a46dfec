import { awardIdOf, given, pledgeIdOf, transferAdjustmentIdOf, transferIdOf, type LedgerCommand } from '@ledger/fund-ledger';
import type { MovementFile } from '../format.js';
import type { RowSubmission } from '../submission.js';
import type { SoundRow } from '../table.js';
import type { SetIndex } from './set-index.js';
import type { StandingRows } from './standing.js';
import { MadeSubmissions, type Submissions } from './submissions.js';

type Made = { readonly command: LedgerCommand; readonly secrets?: NonNullable<RowSubmission['secrets']> };
type Maker<File extends MovementFile> = {
  /** The row's own code or number. */
  readonly own: (values: SoundRow<File>['values']) => string;
  readonly make: (values: SoundRow<File>['values'], index: SetIndex, commandId: string) => Made;
};

/** Text that a movement says about a person goes to that person's seal; other text stays plain. */
function described(description: string | undefined, personId: string | undefined): { plain: { description?: string }; sealed: Pick<Made, 'secrets'> } {
  if (description === undefined) return { plain: {}, sealed: {} };
  return personId === undefined ? { plain: { description }, sealed: {} } : { plain: {}, sealed: { secrets: { personId, description } } };
}

const pledges: Maker<'pledges'> = {
  own: ({ code }) => code,
  make: ({ code, donor_code, fund_code, campaign_code, amount, pledged_on, due_on }, index) => ({
    command: {
      type: 'MakePledge', pledgeId: pledgeIdOf(index.rootCode, code), code, donorId: index.donorId(donor_code), fundId: index.fundId(fund_code),
      amount, effectiveOn: pledged_on, ...campaign(campaign_code, index), ...given({ dueOn: due_on }),
    },
  }),
};

const donations: Maker<'donations'> = {
  own: ({ receipt_no }) => receipt_no,
  make: ({ receipt_no, received_on, fund_code, donor_code, campaign_code, pledge_code, account, amount, description }, index) => {
    const { plain, sealed } = described(description, index.personGiving(donor_code));
    return {
      command: {
        type: 'ReceiveDonation', fundId: index.fundId(fund_code), effectiveOn: received_on, externalReference: receipt_no, account, amount,
        donorId: index.donorId(donor_code), ...campaign(campaign_code, index),
        ...(pledge_code === undefined ? {} : { pledgeId: pledgeIdOf(index.rootCode, pledge_code) }), ...plain,
      },
      ...sealed,
    };
  },
};

const direct_support: Maker<'direct_support'> = {
  own: ({ reference }) => reference,
  make: ({ reference, given_on, association_code, donor_code, form, amount, recipients, description }, index) => {
    const { plain, sealed } = described(description, index.personGiving(donor_code));
    return {
      command: {
        type: 'ReportDirectSupport', associationId: index.associationId(association_code), reference, effectiveOn: given_on,
        donorId: index.donorId(donor_code), form, amount, recipients, ...plain,
      },
      ...sealed,
    };
  },
};

const scholarships: Maker<'scholarships'> = {
  own: ({ code }) => code,
  make: ({ code, program_code, beneficiary_code, awarded_on, amount, instalments }, index) => ({
    command: {
      type: 'AwardScholarship', fundId: index.fundId(index.fundOfProgram(program_code)), effectiveOn: awarded_on, scholarshipId: index.scholarshipId(code),
      code, programId: index.programId(program_code), beneficiaryId: index.beneficiaryId(beneficiary_code), amount, instalments,
    },
  }),
};

const scholarship_payments: Maker<'scholarship_payments'> = {
  own: ({ voucher_no }) => voucher_no,
  make: ({ voucher_no, paid_on, scholarship_code, instalment, account, amount }, index) => {
    const { program_code, beneficiary_code } = index.scholarship(scholarship_code);
    return {
      command: {
        type: 'PayInstalment', fundId: index.fundId(index.fundOfProgram(program_code)), effectiveOn: paid_on, externalReference: voucher_no,
        scholarshipId: index.scholarshipId(scholarship_code), instalment, account, amount, beneficiaryId: index.beneficiaryId(beneficiary_code),
      },
    };
  },
};

const awards: Maker<'awards'> = {
  own: ({ code }) => code,
  make: ({ code, association_code, granted_on, title, kind, recipient_kind, recipient_code, fund_code, voucher_no, account, amount }, index, commandId) => {
    const award = {
      associationId: index.associationId(association_code), awardId: awardIdOf(commandId), code, effectiveOn: granted_on, title,
      awardKind: kind, recipientKind: recipient_kind, beneficiaryId: index.beneficiaryId(recipient_code),
    } as const;
    if (fund_code === undefined || account === undefined || amount === 0n) return { command: { type: 'ConferHonour', ...award } };
    return { command: { type: 'AwardPrize', ...award, fundId: index.fundId(fund_code), account, amount, ...given({ externalReference: voucher_no }) } };
  },
};

const disbursements: Maker<'disbursements'> = {
  own: ({ voucher_no }) => voucher_no,
  make: ({ voucher_no, paid_on, fund_code, purpose, beneficiary_code, recipients, account, amount, description }, index) => {
    const { plain, sealed } = described(description, index.personReceiving(beneficiary_code));
    return {
      command: {
        type: 'PayDisbursement', fundId: index.fundId(fund_code), effectiveOn: paid_on, externalReference: voucher_no, purpose, recipients, account, amount,
        ...(beneficiary_code === undefined ? {} : { beneficiaryId: index.beneficiaryId(beneficiary_code) }), ...plain,
      },
      ...sealed,
    };
  },
};

const transfers: Maker<'transfers'> = {
  own: ({ reference }) => reference,
  make: ({ reference, transferred_on, from_fund_code, from_account, to_fund_code, to_account, amount, description }, index, commandId) => {
    const movement = {
      fundId: index.fundId(from_fund_code), effectiveOn: transferred_on, externalReference: reference, fromAccount: from_account, toAccount: to_account,
      amount, ...given({ description }),
    };
    if (from_fund_code === to_fund_code) return { command: { type: 'MoveBetweenAccounts', ...movement } };
    return { command: { type: 'SendTransfer', ...movement, transferId: transferIdOf(commandId), toFundId: index.fundId(to_fund_code) } };
  },
};

const adjustments: Maker<'adjustments'> = {
  own: ({ reference }) => reference,
  make: ({ reference, adjusted_on, adjusts, delta, reason }, index, commandId) => {
    const { fund_code, donor_code } = index.donation(adjusts);
    const personId = index.personGiving(donor_code);
    return {
      command: {
        type: 'AdjustVoucher', fundId: index.fundId(fund_code), effectiveOn: adjusted_on, externalReference: reference,
        adjusts: { kind: 'receipt', externalReference: adjusts }, delta, reason: personId === undefined ? reason : '',
        adjustmentId: transferAdjustmentIdOf(commandId),
      },
      ...(personId === undefined ? {} : { secrets: { personId, reason } }),
    };
  },
};

function campaign(code: string | undefined, index: SetIndex): { campaignId?: string } {
  return code === undefined ? {} : { campaignId: index.campaignId(code) };
}

const MAKERS: { readonly [File in MovementFile]: Maker<File> } = {
  pledges, donations, direct_support, scholarships, scholarship_payments, awards, disbursements, transfers, adjustments,
};

export const MOVEMENT_FILES = Object.keys(MAKERS) as readonly MovementFile[];

/** The movements of these files in the order in which they were posted. */
export function movements(rows: StandingRows, index: SetIndex, files: readonly MovementFile[] = MOVEMENT_FILES): Submissions {
  const lists = files.map((file) => ({ file, rows: rows[file] as readonly SoundRow<MovementFile>[] }));
  const total = lists.reduce((sum, list) => sum + list.rows.length, 0);
  // A number for each row instead of an object: a large set has millions of them.
  const numbers = new Float64Array(total);
  let filled = 0;
  for (const list of lists) for (const { values } of list.rows) numbers[filled++] = values.posted_seq;
  const order = new Uint32Array(total).map((_, place) => place).sort((a, b) => numbers[a]! - numbers[b]!);
  return new MadeSubmissions(total, (at) => {
    let place = order[at]!;
    for (const list of lists) {
      if (place < list.rows.length) return submissionOf(list.file, list.rows[place]!, index);
      place -= list.rows.length;
    }
    throw new RangeError(`there are ${total} movements, asked for ${at}`);
  });
}

function submissionOf<File extends MovementFile>(file: File, { line, values }: SoundRow<MovementFile>, index: SetIndex): RowSubmission {
  const { own, make } = MAKERS[file] as Maker<MovementFile>;
  const commandId = index.commandId(file, own(values));
  return { commandId, ...make(values, index, commandId), source: { set: index.setId, seq: String(values.posted_seq) }, row: { file, line } };
}
