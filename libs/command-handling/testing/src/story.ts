import { randomUUID } from 'node:crypto';
import {
  associationIdOf, beneficiaryIdOf, donorIdOf, fundIdOf, transferIdOf, transferAdjustmentIdOf,
  type AdjustVoucher, type LedgerCommand, type OpenFund, type PayDisbursement, type ReceiveDonation, type SendTransfer,
} from '@ledger/fund-ledger';
import type { AcceptedAnswer, CommandAnswer, Ledger, Submission } from '@ledger/command-handling';

export const ROOT = 'PROVINCE';
export const ASSOCIATION = associationIdOf(ROOT, ROOT);
export const DONOR = donorIdOf(ROOT, 'D1');
export const BENEFICIARY = beneficiaryIdOf(ROOT, 'B1');
export const fundId = (code: string): string => fundIdOf(ROOT, code);
export const book = (code: string): string => `fundBook-${fundId(code)}`;

export function submission(command: LedgerCommand, over: Partial<Submission> = {}): Submission {
  return { commandId: randomUUID(), actorId: 'treasurer', command, ...over };
}

export function accepted(answer: CommandAnswer): AcceptedAnswer {
  if (answer.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(answer, (_, value) => (typeof value === 'bigint' ? value.toString() : value))}`);
  return answer;
}

export const openFund = (code: string, over: Partial<OpenFund> = {}): LedgerCommand => ({
  type: 'OpenFund', fundId: fundId(code), rootCode: ROOT, code, name: `Fund ${code}`, associationId: ASSOCIATION, restriction: 'unrestricted',
  openedOn: '2023-01-01', opening: { cash: 0n, bank: 0n, goods: 0n }, endowmentPrincipal: 0n, ...over,
});

export const donation = (code: string, amount: bigint, over: Partial<ReceiveDonation> = {}): LedgerCommand => ({
  type: 'ReceiveDonation', fundId: fundId(code), effectiveOn: '2023-02-01', account: 'bank', amount, donorId: DONOR, ...over,
});

export const payment = (code: string, amount: bigint, over: Partial<PayDisbursement> = {}): LedgerCommand => ({
  type: 'PayDisbursement', fundId: fundId(code), effectiveOn: '2023-03-01', purpose: 'gift', recipients: 1, account: 'bank', amount, ...over,
});

/** A transfer's id derives from its command's, as the edge does it. */
export function transfer(from: string, to: string, amount: bigint, over: Partial<SendTransfer> = {}): Submission {
  const commandId = randomUUID();
  return submission({
    type: 'SendTransfer', fundId: fundId(from), toFundId: fundId(to), transferId: transferIdOf(commandId), effectiveOn: '2023-04-01',
    fromAccount: 'bank', toAccount: 'bank', amount, ...over,
  }, { commandId });
}

export function adjustment(code: string, adjusts: AdjustVoucher['adjusts'], delta: bigint, over: Partial<AdjustVoucher> = {}): Submission {
  const commandId = randomUUID();
  return submission({
    type: 'AdjustVoucher', fundId: fundId(code), effectiveOn: '2023-05-01', adjusts, delta, reason: 'counted again', adjustmentId: transferAdjustmentIdOf(commandId), ...over,
  }, { commandId });
}

/** An association, a donor, a beneficiary and funds to begin with. */
export async function foundLedger(ledger: Ledger, ...funds: LedgerCommand[]): Promise<void> {
  const founding: Submission[] = [
    submission({ type: 'RegisterAssociation', associationId: ASSOCIATION, rootId: ASSOCIATION, rootCode: ROOT, code: ROOT, name: 'Province', level: 'province', members: 10, establishedOn: '2000-01-01' }),
    submission({ type: 'RegisterDonor', donorId: DONOR, rootCode: ROOT, code: 'D1', kind: 'individual' }, { secrets: { personId: DONOR, profile: { name: 'Trần Thị Hoa' } } }),
    submission({ type: 'RegisterBeneficiary', beneficiaryId: BENEFICIARY, rootCode: ROOT, code: 'B1', kind: 'pupil', associationId: ASSOCIATION }, { secrets: { personId: BENEFICIARY, profile: { name: 'Nguyễn An' } } }),
    ...funds.map((fund) => submission(fund)),
  ];
  for (const one of founding) accepted(await ledger.execute(one));
}
