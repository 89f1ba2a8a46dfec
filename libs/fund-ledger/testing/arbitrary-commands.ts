import fc from 'fast-check';
import { addDays, uuidv5 } from '@ledger/kernel';
import {
  ADJUSTABLE_VOUCHER_KINDS, DISBURSEMENT_PURPOSES, fundBookStream, fundIdOf, isAdjustable, type EarlierRecord, type FundBookEvent, type LedgerCommand, type LedgerModel,
} from '../src/index.js';
import {
  adjustment, closing, disbursement, donation, donorId, fundId, instalment, move, openFund, otherPupilId, prize, programId, revocation, ROOT, scholarship,
  scholarshipId, Story, transfer,
} from './stories.js';

// Commands of every kind on two funds, close together in days, amounts and numbers, so that they get in each other's way.

export const FIRST = '2023-12-26';
export const LAST = addDays(FIRST, 14);
export const DAYS = Array.from({ length: 16 }, (_, index) => addDays(FIRST, index));
export const otherFundId = fundIdOf(ROOT, 'R');
export const BOOKS = [fundBookStream(fundId), fundBookStream(otherFundId)];

const otherProgramId = uuidv5(programId, 'other');
const day = fc.integer({ min: -1, max: 15 }).map((after) => addDays(FIRST, after));
const amount = fc.oneof({ weight: 9, arbitrary: fc.bigInt({ min: 1n, max: 60n }) }, { weight: 1, arbitrary: fc.bigInt({ min: -1n, max: 0n }) });
const account = fc.constantFrom('cash', 'bank', 'bank', 'goods');
const code = fc.constantFrom('HB1', 'HB2', 'HB3');
const number = fc.integer({ min: 1, max: 4 });
const reference = fc.option(fc.constantFrom('S1', 'S2', 'S3'), { nil: undefined });
const unique = fc.uuid({ version: 4 });

type Fields = { readonly fundId: string; readonly effectiveOn: string; readonly externalReference?: string };

const fields = fc.record({ fundId: fc.constantFrom(fundId, fundId, otherFundId), effectiveOn: day, externalReference: reference })
  .map(({ externalReference, ...rest }): Fields => (externalReference === undefined ? rest : { ...rest, externalReference }));

const idIn = (fund: string, name: string): string => scholarshipId(name, fund);
const programOf = (fund: string): string => (fund === fundId ? programId : otherProgramId);

const anyCommand: fc.Arbitrary<LedgerCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fields, amount, account).map(([on, sum, to]) => donation(sum, { ...on, account: to })) },
  { weight: 3, arbitrary: fc.tuple(fields, amount, account, fc.constantFrom(...DISBURSEMENT_PURPOSES)).map(([on, sum, from, purpose]) => disbursement(sum, { ...on, account: from, purpose })) },
  { weight: 1, arbitrary: fc.tuple(fields, amount, account).map(([on, sum, from]) => prize(sum, { ...on, account: from })) },
  { weight: 4, arbitrary: fc.tuple(fields, amount, code, fc.integer({ min: 0, max: 3 })).map(([on, sum, name, count]) => scholarship(name, sum, count, { ...on, scholarshipId: idIn(on.fundId, name), programId: programOf(on.fundId) })) },
  { weight: 8, arbitrary: fc.tuple(fields, amount, code, number, account, fc.boolean()).map(([on, sum, name, turn, from, wrong]) => instalment(name, turn, sum, { ...on, scholarshipId: idIn(on.fundId, name), account: from, ...(wrong && sum % 7n === 0n && { beneficiaryId: otherPupilId }) })) },
  { weight: 1, arbitrary: fc.tuple(fields, code).map(([on, name]) => revocation(name, { ...on, scholarshipId: idIn(on.fundId, name) })) },
  { weight: 2, arbitrary: fc.tuple(fields, amount, account, account).map(([on, sum, from, to]) => move(sum, from, to, on)) },
  { weight: 3, arbitrary: fc.tuple(fields, amount, account, account, unique).map(([on, sum, from, to, transferId]) => transfer(sum, on.fundId === fundId ? otherFundId : fundId, { ...on, fromAccount: from, toAccount: to, transferId })) },
  { weight: 8, arbitrary: fc.tuple(fields, fc.constantFrom(...ADJUSTABLE_VOUCHER_KINDS, 'instalment'), fc.constantFrom(2023, 2024), number, fc.bigInt({ min: -60n, max: 60n }), reference, unique)
    .map(([on, kind, year, count, delta, named, adjustmentId]) => adjustment(kind, count, delta, { ...on, adjustmentId, adjusts: named === undefined ? { kind, year, number: count } : { kind, externalReference: named } })) },
  { weight: 1, arbitrary: fc.tuple(fields, amount).map(([on, sum]) => ({ type: 'CreditInterest', ...on, amount: sum }) as LedgerCommand) },
  { weight: 1, arbitrary: fc.tuple(fields, amount).map(([on, sum]) => ({ type: 'ChargeBankFee', ...on, amount: sum }) as LedgerCommand) },
  { weight: 1, arbitrary: fc.tuple(fields, amount, fc.boolean()).map(([on, sum, gift]) => ({ type: 'AddToEndowment', ...on, amount: sum, from: gift ? 'donation' : 'available', ...(gift && { donorId }) }) as LedgerCommand) },
);

const anyClosing: fc.Arbitrary<LedgerCommand> = fields.map(({ fundId: fund, effectiveOn }) => closing(effectiveOn, { fundId: fund }));

/**
 * What a blind choice would seldom hit: an adjustment of a voucher that exists, the next instalment of a scholarship that
 * exists. `share` is in quarters of its amount, `later` in days after its last entry.
 */
interface Aimed { readonly type: 'adjust' | 'adjustInstalment' | 'pay' | 'revoke'; readonly fundId: string; readonly pick: number; readonly share: number; readonly later: number; readonly id: string }

const aimed: fc.Arbitrary<Aimed> = fc.record({
  type: fc.constantFrom('adjust', 'adjustInstalment', 'adjustInstalment', 'pay', 'pay', 'revoke'), fundId: fc.constantFrom(fundId, otherFundId), pick: fc.nat(50),
  share: fc.constantFrom(-4, -3, -2, -1, 1, 2, 3, 4), later: fc.nat(4), id: unique,
});

export type Step = LedgerCommand | Aimed;

/** The command that an aimed step means in this ledger; a plain donation where there is nothing to aim at. */
export function commandOf(step: Step, model: LedgerModel): LedgerCommand {
  if (!('pick' in step)) return step;
  const { type, fundId: fund, pick, share, later, id } = step;
  const events = model.eventsOf(fundBookStream(fund)) as readonly FundBookEvent[];
  const wanted = events.filter((event) => (type === 'pay' || type === 'revoke' ? event.type === 'ScholarshipAwarded' : isAdjustable(event) && (type === 'adjust' || event.type === 'InstalmentPaid')));
  const target = wanted[pick % wanted.length];
  if (!target) return donation(BigInt(pick + 1), { fundId: fund, effectiveOn: addDays(FIRST, later) });
  const { amount: text, scholarshipId: id5, voucher } = target.data as { amount: string; scholarshipId: string; voucher: { kind: string; number: number } };
  const on = { fundId: fund, effectiveOn: addDays(target.data.effectiveOn, later) };
  const part = (BigInt(text) * BigInt(share)) / 4n;
  if (type === 'revoke') return revocation('', { ...on, scholarshipId: id5 });
  if (type !== 'pay') return adjustment(voucher.kind, voucher.number, part, { ...on, adjustmentId: id, adjusts: voucher });
  const paid = events.filter((event) => event.type === 'InstalmentPaid' && event.data.scholarshipId === id5);
  const last = paid.at(-1)?.data.effectiveOn ?? target.data.effectiveOn;
  return instalment('', paid.length + 1, part < 0n ? -part : part, { ...on, effectiveOn: addDays(last, later), scholarshipId: id5 });
}

const blind = { weight: 30, arbitrary: anyCommand };
const aiming = { weight: 20, arbitrary: aimed };
export const stepsWithoutClosing: fc.Arbitrary<Step[]> = fc.array(fc.oneof<fc.WeightedArbitrary<Step>[]>(blind, aiming), { maxLength: 60, size: 'max' });
export const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof<fc.WeightedArbitrary<Step>[]>(blind, aiming, { weight: 1, arbitrary: anyClosing }), { maxLength: 60, size: 'max' });

/** Two open funds with something in them. */
export function twoBooks(): Story {
  const story = new Story({ cash: 40n, bank: 90n, goods: 20n }, { openedOn: FIRST, endowmentPrincipal: 30n }, LAST);
  story.accept(openFund('R', { openedOn: FIRST, opening: { cash: 0n, bank: 60n, goods: 0n } }));
  story.accept({ type: 'EstablishScholarshipProgram', programId: otherProgramId, code: 'CT2', fundId: otherFundId, name: 'Chương trình 2' });
  return story;
}

/** Looks up in the model's own events what a real handler would look up in the log and its index. */
export function earlierFor(model: LedgerModel, command: LedgerCommand): EarlierRecord {
  const { voucher, reference: named, scholarshipId: awarded, transferId, adjustmentId } = model.needsOf(command);
  const events = 'fundId' in command ? (model.eventsOf(fundBookStream(command.fundId)) as readonly FundBookEvent[]) : [];
  const place = voucher && 'closed' in voucher ? events.findIndex(({ data }) => (
    data.voucher.kind === voucher.closed.kind && ('number' in voucher.closed
      ? data.voucher.year === voucher.closed.year && data.voucher.number === voucher.closed.number
      : data.externalReference === voucher.closed.externalReference))) : -1;
  return {
    ...(place >= 0 && { voucher: { revision: BigInt(place), event: events[place]! } }),
    referenceTaken: named !== undefined && events.some(({ data }) => data.voucher.kind === named.kind && data.externalReference === named.externalReference),
    scholarshipTaken: awarded !== undefined && events.some(({ type, data }) => type === 'ScholarshipAwarded' && (data as { scholarshipId: string }).scholarshipId === awarded),
    transferArrived: events.some(({ type, data }) => {
      const ids = data as { transferId?: string; adjustmentId?: string };
      return (type === 'TransferReceived' && transferId !== undefined && ids.transferId === transferId)
        || (type === 'TransferAdjusted' && adjustmentId !== undefined && ids.adjustmentId === adjustmentId);
    }),
  };
}
