import type { LedgerCommand } from '@ledger/fund-ledger';
import type { SetIndex } from '../rows/set-index.js';
import type { SomeCodes, Standing } from '../rows/standing.js';

const SHORTAGES = ['account_would_be_overdrawn', 'endowment_principal_would_be_spent', 'payment_exceeds_available_balance'];

/**
 * What follows from rows that were not booked. A row that hangs on one of them cannot be judged, and a fund that one
 * of them was to pay into may lack money for that reason alone: neither is reported as a fault of its own.
 */
export class Consequences {
  private constructor(
    private readonly missing: Set<string>,
    private readonly unsupplied: Set<string>,
    /** Refusals that any row may get through no fault of its own. */
    private readonly explained: ReadonlySet<string>,
  ) {}

  /** What already follows from rows that could not even be read. */
  static of({ rows, unsuppliedFunds, interruptedScholarships, interruptedReceipts }: Standing, index: SetIndex): Consequences {
    const missing = new Set<string>();
    for (const { values: { code } } of rows.scholarships) if (has(interruptedScholarships, code)) missing.add(index.scholarshipId(code));
    for (const { values: { receipt_no: number, fund_code: fund } } of rows.donations) if (has(interruptedReceipts, number)) missing.add(receipt(index.fundId(fund), number));
    const unsupplied = rows.funds.filter(({ values: { code } }) => has(unsuppliedFunds, code)).map(({ values: { code } }) => index.fundId(code));
    return new Consequences(missing, new Set(unsupplied), new Set([
      ...(unsuppliedFunds === 'all' ? SHORTAGES : []),
      ...(interruptedScholarships === 'all' ? ['instalment_out_of_order'] : []),
      ...(interruptedReceipts === 'all' ? ['adjustment_takes_voucher_below_zero'] : []),
    ]));
  }

  /** True where the command needs something that another faulty row was to make. */
  hangsOnMissing(command: LedgerCommand): boolean {
    return needs(command).some((id) => this.missing.has(id));
  }

  /** True where the refusal may be another row's doing. */
  explains(refused: string, command: LedgerCommand): boolean {
    return this.explained.has(refused) || (SHORTAGES.includes(refused) && 'fundId' in command && this.unsupplied.has(command.fundId));
  }

  /** The command was not booked. */
  notBooked(command: LedgerCommand): void {
    const id = makes(command);
    if (id !== undefined) this.missing.add(id);
    const fundId = supplies(command);
    if (fundId !== undefined) this.unsupplied.add(fundId);
  }
}

const has = (codes: SomeCodes, code: string): boolean => codes !== 'all' && codes.has(code);
const receipt = (fundId: string, reference: string): string => `${fundId}/${reference}`;

/** Ids and receipts that the command takes for given. */
function needs(command: LedgerCommand): string[] {
  const ids: (string | undefined)[] = [
    'parentId' in command ? command.parentId : undefined,
    command.type !== 'RegisterAssociation' && 'associationId' in command ? command.associationId : undefined,
    command.type !== 'OpenFund' && 'fundId' in command ? command.fundId : undefined,
    'toFundId' in command ? command.toFundId : undefined,
    command.type !== 'RegisterDonor' && 'donorId' in command ? command.donorId : undefined,
    command.type !== 'RegisterBeneficiary' && 'beneficiaryId' in command ? command.beneficiaryId : undefined,
    command.type !== 'LaunchCampaign' && 'campaignId' in command ? command.campaignId : undefined,
    command.type !== 'MakePledge' && 'pledgeId' in command ? command.pledgeId : undefined,
    command.type !== 'EstablishScholarshipProgram' && 'programId' in command ? command.programId : undefined,
    command.type !== 'AwardScholarship' && 'scholarshipId' in command ? command.scholarshipId : undefined,
    command.type === 'AdjustVoucher' && 'externalReference' in command.adjusts ? receipt(command.fundId, command.adjusts.externalReference) : undefined,
  ];
  return ids.filter((id) => id !== undefined);
}

/** What later rows may take for given once the command is booked. An instalment makes the next one possible, an adjustment too. */
function makes(command: LedgerCommand): string | undefined {
  switch (command.type) {
    case 'RegisterAssociation': return command.associationId;
    case 'OpenFund': return command.fundId;
    case 'LaunchCampaign': return command.campaignId;
    case 'RegisterDonor': return command.donorId;
    case 'RegisterBeneficiary': return command.beneficiaryId;
    case 'EstablishScholarshipProgram': return command.programId;
    case 'MakePledge': return command.pledgeId;
    case 'AwardScholarship':
    case 'PayInstalment': return command.scholarshipId;
    case 'ReceiveDonation': return receipt(command.fundId, command.externalReference ?? '');
    case 'AdjustVoucher': return 'externalReference' in command.adjusts ? receipt(command.fundId, command.adjusts.externalReference) : undefined;
    default: return undefined;
  }
}

/** The fund that the command would have put money into. */
function supplies(command: LedgerCommand): string | undefined {
  switch (command.type) {
    case 'ReceiveDonation':
    case 'MoveBetweenAccounts': return command.fundId;
    case 'SendTransfer': return command.toFundId;
    case 'AdjustVoucher': return command.delta > 0n ? command.fundId : undefined;
    default: return undefined;
  }
}
