import type { Day, Dong } from '@ledger/kernel';
import { LayeredMap } from '../layered-map.js';
import type { FundPurpose, Restriction, VoucherKind } from '../vocabulary.js';
import { BookReferences } from './book-references.js';
import { BookScholarships } from './book-scholarships.js';
import { Days } from './days.js';
import { effectOf } from './figures.js';
import { Places } from './places.js';
import type { BooksClosed, FundBookEvent, FundBookOpened, InstalmentPaid, ScholarshipAwarded, ScholarshipRevoked, TransferAdjusted, VoucherAdjusted } from './events.js';

export interface Scholarship {
  readonly beneficiaryId: string;
  readonly awardedOn: Day;
  /** Awarded − paid: committed while the scholarship is open; after its revocation only the room for raising instalments. */
  readonly remaining: Dong;
  readonly instalments: number;
  readonly paid: number;
  readonly lastOn: Day;
  readonly revoked: boolean;
}

/** What the book says of its fund; it never changes. */
export interface BookFacts {
  readonly fundId: string;
  readonly associationId: string;
  readonly restriction: Restriction;
  readonly purpose?: FundPurpose;
  readonly openedOn: Day;
}

/**
 * A fund's book as far as decisions need it. Of what was booked since the last closing it keeps a place (8 bytes) per
 * voucher, each external reference and each transfer's id, never the events: those are read back from the log.
 */
export interface BookState {
  facts: BookFacts | undefined;
  /** Where the last event stands; −1 before the first. */
  revision: number;
  closedThrough: Day | undefined;
  days: Days;
  scholarships: BookScholarships;
  /** Paid in full before the last closing, lowered since: by how much, so far may they be raised again. */
  ended: LayeredMap<{ readonly lowered: Dong; readonly lastOn: Day }>;
  adjusted: LayeredMap<{ readonly remaining: Dong; readonly lastOn: Day }>;
  adjustedTransfers: LayeredMap<{ readonly delta: Dong; readonly lastOn: Day }>;
  /** The last voucher number by kind and year. */
  numbers: LayeredMap<number>;
  places: Places;
  /** Revision by kind and external reference, since the last closing. */
  references: BookReferences;
  /** Transfers received and adjustments of transfers booked since the last closing. */
  arrived: LayeredMap<true>;
}

export const numbersKey = (kind: VoucherKind, year: number): string => `${kind}/${year}`;
export const voucherKey = (kind: VoucherKind, year: number, number: number): string => `${kind}/${year}/${number}`;
export const referenceKey = (kind: VoucherKind, externalReference: string): string => `${kind}/${externalReference}`;

export function initialState(): BookState {
  return {
    facts: undefined, revision: -1, closedThrough: undefined, days: Days.empty(),
    scholarships: new BookScholarships(), ended: new LayeredMap(), adjusted: new LayeredMap(), adjustedTransfers: new LayeredMap(),
    numbers: new LayeredMap(), places: new Places(), references: new BookReferences(), arrived: new LayeredMap(),
  };
}

/** A state to decide a batch on. The original must not change while the fork is in use. */
export function forkState(state: BookState): BookState {
  return {
    ...state, days: state.days.fork(),
    scholarships: state.scholarships.fork(), ended: state.ended.fork(), adjusted: state.adjusted.fork(),
    adjustedTransfers: state.adjustedTransfers.fork(), numbers: state.numbers.fork(), places: state.places.fork(),
    references: state.references.fork(), arrived: state.arrived.fork(),
  };
}

/** Changes the given state. A fold may start at the first event or at any `BooksClosed`. */
export function evolve(state: BookState, event: FundBookEvent): BookState {
  if (event.type === 'BooksClosed') return stateAtClosing(event.data);
  state.revision += 1;
  note(state, event.data);
  const effect = effectOf(event);
  if (effect) state.days.add(effect);
  switch (event.type) {
    case 'FundBookOpened': state.facts = factsOf(event.data); break;
    case 'ScholarshipAwarded': awarded(state, event.data); break;
    case 'InstalmentPaid': paid(state, event.data); break;
    case 'ScholarshipRevoked': revoked(state, event.data); break;
    case 'VoucherAdjusted': adjusted(state, event.data); break;
    case 'TransferReceived': state.arrived.set(event.data.transferId, true); break;
    case 'TransferAdjusted': transferAdjusted(state, event.data); break;
  }
  return state;
}

function note(state: BookState, { voucher, externalReference }: FundBookEvent['data']): void {
  state.numbers.set(numbersKey(voucher.kind, voucher.year), voucher.number);
  state.places.note(voucher.kind, voucher.year, voucher.number, state.revision);
  if (externalReference !== undefined) state.references.set(referenceKey(voucher.kind, externalReference), state.revision);
}

function factsOf({ fundId, associationId, restriction, purpose, ...data }: FundBookOpened['data'] | BooksClosed['data']): BookFacts {
  const openedOn = 'openedOn' in data ? data.openedOn : data.effectiveOn;
  return purpose === undefined ? { fundId, associationId, restriction, openedOn } : { fundId, associationId, restriction, purpose, openedOn };
}

function awarded(state: BookState, data: ScholarshipAwarded['data']): void {
  state.scholarships.set(data.scholarshipId, {
    beneficiaryId: data.beneficiaryId, awardedOn: data.effectiveOn, remaining: BigInt(data.amount),
    instalments: data.instalments, paid: 0, lastOn: data.effectiveOn, revoked: false,
  });
}

function paid(state: BookState, data: InstalmentPaid['data']): void {
  const known = state.scholarships.get(data.scholarshipId)!;
  state.scholarships.set(data.scholarshipId, {
    ...known, remaining: known.remaining - BigInt(data.amount), paid: data.instalment, lastOn: data.effectiveOn,
  });
}

function revoked(state: BookState, data: ScholarshipRevoked['data']): void {
  const known = state.scholarships.get(data.scholarshipId)!;
  state.scholarships.set(data.scholarshipId, { ...known, revoked: true, lastOn: data.effectiveOn });
}

const latest = (a: Day, b: Day): Day => (a > b ? a : b);

function adjusted(state: BookState, data: VoucherAdjusted['data']): void {
  const delta = BigInt(data.delta);
  const { kind, year, number } = data.adjusts;
  state.adjusted.set(voucherKey(kind, year, number), { remaining: BigInt(data.remaining), lastOn: data.effectiveOn });
  if (data.scholarshipId === undefined) return;
  const known = state.scholarships.get(data.scholarshipId);
  if (known) {
    state.scholarships.set(data.scholarshipId, { ...known, remaining: known.remaining - delta, lastOn: latest(known.lastOn, data.effectiveOn) });
    return;
  }
  const before = state.ended.get(data.scholarshipId) ?? { lowered: 0n, lastOn: data.effectiveOn };
  state.ended.set(data.scholarshipId, { lowered: before.lowered - delta, lastOn: latest(before.lastOn, data.effectiveOn) });
}

function transferAdjusted(state: BookState, data: TransferAdjusted['data']): void {
  state.arrived.set(data.adjustmentId, true);
  if (data.side === 'sent') return;
  const before = state.adjustedTransfers.get(data.transferId) ?? { delta: 0n, lastOn: data.effectiveOn };
  state.adjustedTransfers.set(data.transferId, {
    delta: before.delta + BigInt(data.delta), lastOn: latest(before.lastOn, data.effectiveOn),
  });
}

/** The same state whatever was folded before: a closing carries all that later decisions need. */
function stateAtClosing(data: BooksClosed['data']): BookState {
  const state = initialState();
  state.facts = factsOf(data);
  state.revision = Number(data.revision);
  state.closedThrough = data.through;
  state.days = Days.from(
    { cash: BigInt(data.balances.cash), bank: BigInt(data.balances.bank), goods: BigInt(data.balances.goods),
      endowmentPrincipal: BigInt(data.endowmentPrincipal), committed: BigInt(data.committed) },
    data.laterDays.map((later) => ({
      day: later.day, cash: BigInt(later.cash), bank: BigInt(later.bank), goods: BigInt(later.goods),
      endowmentPrincipal: BigInt(later.endowmentPrincipal), committed: BigInt(later.committed),
    })),
  );
  for (const { id, beneficiaryId, awardedOn, remaining, instalments, paid: count, lastOn, revoked: isRevoked } of data.scholarships) {
    state.scholarships.set(id, { beneficiaryId, awardedOn, remaining: BigInt(remaining), instalments, paid: count, lastOn, revoked: isRevoked === true });
  }
  for (const { id, lowered, lastOn } of data.endedScholarships) state.ended.set(id, { lowered: BigInt(lowered), lastOn });
  for (const { kind, year, number, remaining, lastOn } of data.adjustedVouchers) {
    state.adjusted.set(voucherKey(kind, year, number), { remaining: BigInt(remaining), lastOn });
  }
  for (const { transferId, delta, lastOn } of data.adjustedTransfers) state.adjustedTransfers.set(transferId, { delta: BigInt(delta), lastOn });
  for (const { kind, year, number } of data.lastNumbers) state.numbers.set(numbersKey(kind, year), number);
  return state;
}
