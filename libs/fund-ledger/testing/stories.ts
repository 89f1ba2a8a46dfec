import { isRefusal, type Day, type Refusal } from '@ledger/kernel';
import {
  associationIdOf, beneficiaryIdOf, donorIdOf, fundBookStream, fundIdOf, LedgerModel, programIdOf, refusalText, scholarshipIdOf,
  type AccountAmounts, type EarlierRecord, type LedgerCommand, type LedgerEvent, type OpenFund,
} from '../src/index.js';

// A small tree for specs: association T with the funds Q (unrestricted), R and others as asked for.

export const TODAY = '2024-03-10';
export const ROOT = 'T';
export const associationId = associationIdOf(ROOT, ROOT);
export const donorId = donorIdOf(ROOT, 'D1');
export const pupilId = beneficiaryIdOf(ROOT, 'B1');
export const otherPupilId = beneficiaryIdOf(ROOT, 'B2');
export const fundId = fundIdOf(ROOT, 'Q');
export const book = fundBookStream(fundId);
export const programId = programIdOf(ROOT, 'CT');
export const scholarshipId = (code: string, fund = fundId): string => scholarshipIdOf(fund, code);

export const NOTHING_IN_IT: AccountAmounts = { cash: 0n, bank: 0n, goods: 0n };

export function openFund(code: string, fields: Partial<OpenFund> = {}): OpenFund {
  return {
    type: 'OpenFund', fundId: fundIdOf(ROOT, code), rootCode: ROOT, code, name: `Quỹ ${code}`, associationId, restriction: 'unrestricted',
    openedOn: '2023-01-01', opening: NOTHING_IN_IT, endowmentPrincipal: 0n, ...fields,
  };
}

/** A ledger with the tree, a donor, two pupils, fund Q with the given opening, and programme CT on it. */
export class Story {
  readonly model: LedgerModel;

  constructor(opening: Partial<AccountAmounts> = {}, fields: Partial<OpenFund> = {}, today: Day = TODAY) {
    this.model = new LedgerModel({ today });
    this.accept({ type: 'RegisterAssociation', associationId, rootId: associationId, rootCode: ROOT, code: ROOT, name: 'Hội', level: 'province', members: 0, establishedOn: '2000-01-01' });
    this.accept({ type: 'RegisterDonor', donorId, rootCode: ROOT, code: 'D1', kind: 'organisation', name: 'Công ty' });
    for (const [beneficiaryId, code] of [[pupilId, 'B1'], [otherPupilId, 'B2']] as const) {
      this.accept({ type: 'RegisterBeneficiary', beneficiaryId, rootCode: ROOT, code, kind: 'pupil', associationId, sealed: '1.x' });
    }
    this.accept(openFund('Q', { opening: { ...NOTHING_IN_IT, ...opening }, ...fields }));
    this.accept({ type: 'EstablishScholarshipProgram', programId, code: 'CT', fundId, name: 'Chương trình' });
  }

  apply(command: LedgerCommand, earlier?: EarlierRecord): readonly LedgerEvent[] | Refusal {
    return this.model.apply(command, earlier);
  }

  accept(command: LedgerCommand, earlier?: EarlierRecord): LedgerEvent {
    const outcome = this.apply(command, earlier);
    if (isRefusal(outcome)) throw new Error(`refused: ${outcome.refused} ${JSON.stringify(outcome.details)}`);
    return outcome[0]!;
  }

  refuse(command: LedgerCommand, code: string, details: Record<string, string> = {}, earlier?: EarlierRecord): void {
    const outcome = this.apply(command, earlier);
    expect(outcome).toMatchObject({ refused: code, details });
    if (!isRefusal(outcome)) return;
    // Every name in its texts has its figure.
    for (const language of ['vi', 'en'] as const) expect(refusalText(outcome, language)).not.toMatch(/[{…]/);
  }

  events(stream = book): readonly LedgerEvent[] {
    return this.model.eventsOf(stream);
  }
}

type Fields = { readonly [field: string]: unknown };

/** Commands on fund Q on 10 January 2023, with fields to replace. */
export const donation = (amount: bigint, fields: Fields = {}) =>
  ({ type: 'ReceiveDonation', fundId, effectiveOn: '2023-01-10', account: 'bank', amount, donorId, ...fields }) as LedgerCommand;
export const scholarship = (code: string, amount: bigint, instalments: number, fields: Fields = {}) =>
  ({ type: 'AwardScholarship', fundId, effectiveOn: '2023-01-10', scholarshipId: scholarshipId(code), code, programId, beneficiaryId: pupilId, amount, instalments, ...fields }) as LedgerCommand;
export const instalment = (code: string, number: number, amount: bigint, fields: Fields = {}) =>
  ({ type: 'PayInstalment', fundId, effectiveOn: '2023-01-10', scholarshipId: scholarshipId(code), instalment: number, account: 'bank', amount, ...fields }) as LedgerCommand;
export const revocation = (code: string, fields: Fields = {}) =>
  ({ type: 'RevokeScholarship', fundId, effectiveOn: '2023-01-10', scholarshipId: scholarshipId(code), reason: 'Bỏ học', ...fields }) as LedgerCommand;
export const prize = (amount: bigint, fields: Fields = {}) =>
  ({ type: 'AwardPrize', fundId, effectiveOn: '2023-01-10', awardId: 'a', code: 'KT1', associationId, title: 'Giải nhất', awardKind: 'prize', recipientKind: 'individual', beneficiaryId: pupilId, account: 'bank', amount, ...fields }) as LedgerCommand;
export const disbursement = (amount: bigint, fields: Fields = {}) =>
  ({ type: 'PayDisbursement', fundId, effectiveOn: '2023-01-10', purpose: 'gift', recipients: 1, account: 'bank', amount, ...fields }) as LedgerCommand;
export const move = (amount: bigint, fromAccount: string, toAccount: string, fields: Fields = {}) =>
  ({ type: 'MoveBetweenAccounts', fundId, effectiveOn: '2023-01-10', fromAccount, toAccount, amount, ...fields }) as LedgerCommand;
export const transfer = (amount: bigint, toFundId: string, fields: Fields = {}) =>
  ({ type: 'SendTransfer', fundId, effectiveOn: '2023-01-10', transferId: '5d1d7c64-2f0b-5c3e-9a57-0b6f8f7d3a01', fromAccount: 'bank', toFundId, toAccount: 'bank', amount, ...fields }) as LedgerCommand;
export const adjustment = (kind: string, number: number, delta: bigint, fields: Fields = {}) =>
  ({ type: 'AdjustVoucher', fundId, effectiveOn: '2023-01-20', adjusts: { kind, year: 2023, number }, delta, reason: 'Ghi nhầm', adjustmentId: '5d1d7c64-2f0b-5c3e-9a57-0b6f8f7d3b01', ...fields }) as LedgerCommand;
export const closing = (through: Day, fields: Fields = {}) => ({ type: 'CloseBooks', fundId, through, ...fields }) as LedgerCommand;
