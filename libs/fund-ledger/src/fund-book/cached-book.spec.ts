import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { BookReferences } from './book-references.js';
import { BOOK_FORM, drainBook, headOfBook, restoreBook, type BookDelta } from './cached-book.js';
import { fundBook } from './fund-book.js';
import { PackedReferences } from './packed-references.js';
import type { FundBookCommand } from '../commands.js';
import type { BookState } from './state.js';

const FUND = '6f1d7c64-2f0b-5c3e-9a57-0b6f8f7d3a11';
const OTHER = '6f1d7c64-2f0b-5c3e-9a57-0b6f8f7d3a12';
const context = { today: '2024-12-31', earlier: { receivingFund: { restriction: 'unrestricted' as const, openedOn: '2024-01-01' } } };
const day = fc.integer({ min: 0, max: 330 }).map((days) => new Date(Date.UTC(2024, 0, 2) + days * 86_400_000).toISOString().slice(0, 10));
const amount = fc.bigInt({ min: 1n, max: 5_000n });
const id = fc.integer({ min: 0, max: 6 }).map((n) => `6f1d7c64-2f0b-5c3e-9a57-0b6f8f7d3b0${n}`);
const reference = fc.option(fc.integer({ min: 0, max: 40 }).map((n) => `PT/${n}`), { nil: undefined });

const opening: FundBookCommand = {
  type: 'OpenFundBook', fundId: FUND, effectiveOn: '2024-01-01', associationId: OTHER, restriction: 'unrestricted',
  opening: { cash: 10_000n, bank: 50_000n, goods: 500n }, endowmentPrincipal: 1_000n,
};

const command: fc.Arbitrary<FundBookCommand> = fc.oneof(
  fc.record({ day, amount, reference, id }).map(({ day: effectiveOn, amount: sum, reference: externalReference, id: donorId }): FundBookCommand => ({
    type: 'ReceiveDonation', fundId: FUND, effectiveOn, account: 'bank', amount: sum, donorId, ...(externalReference === undefined ? {} : { externalReference }),
  })),
  fc.record({ day, amount, reference }).map(({ day: effectiveOn, amount: sum, reference: externalReference }): FundBookCommand => ({
    type: 'PayDisbursement', fundId: FUND, effectiveOn, purpose: 'gift', recipients: 1, account: 'cash', amount: sum, ...(externalReference === undefined ? {} : { externalReference }),
  })),
  fc.record({ day, amount, id }).map(({ day: effectiveOn, amount: sum, id: scholarshipId }): FundBookCommand => ({
    type: 'AwardScholarship', fundId: FUND, effectiveOn, scholarshipId, code: scholarshipId, programId: OTHER, beneficiaryId: OTHER, amount: sum, instalments: 3,
  })),
  fc.record({ day, id, instalment: fc.integer({ min: 1, max: 3 }) }).map(({ day: effectiveOn, id: scholarshipId, instalment }): FundBookCommand => ({
    type: 'PayInstalment', fundId: FUND, effectiveOn, scholarshipId, instalment, account: 'bank', amount: 1n, beneficiaryId: OTHER,
  })),
  fc.record({ day, amount, id }).map(({ day: effectiveOn, amount: sum, id: transferId }): FundBookCommand => ({
    type: 'ReceiveTransfer', fundId: FUND, effectiveOn, transferId, fromFundId: OTHER, fromAccount: 'bank', account: 'bank', amount: sum, sentOn: effectiveOn,
  })),
  fc.record({ month: fc.integer({ min: 1, max: 4 }) }).map(({ month }): FundBookCommand => ({ type: 'CloseBooks', fundId: FUND, through: `2024-0${month}-28` })),
);

/** Decides and folds; answers what was decided, refusals too. */
function take(state: { now: BookState }, next: FundBookCommand): unknown {
  const outcome = fundBook.decide(next, state.now, context);
  if ('refused' in outcome) return outcome;
  for (const event of outcome) state.now = fundBook.evolve(state.now, event);
  return outcome;
}

const throughText = (delta: BookDelta): BookDelta => ({
  text: delta.text, scholarships: delta.scholarships.slice(), references: delta.references.slice(), places: delta.places.slice(),
});

it('decides from its cached form as from its events, wherever it was drained, and after a closing too', () => {
  fc.assert(fc.property(fc.array(fc.tuple(command, fc.boolean()), { maxLength: 60 }), fc.array(command, { maxLength: 30 }), (before, after) => {
    const straight = { now: fundBook.initialState() };
    const drained = { now: fundBook.initialState() };
    let deltas: BookDelta[] = [];
    for (const [next, drains] of [[opening, false] as const, ...before]) {
      const base = drained.now;
      expect(take(drained, next)).toEqual(take(straight, next));
      if (drained.now !== base) deltas = [];
      if (drains) deltas.push(throughText(drainBook(drained.now)));
    }
    const head = headOfBook(drained.now);
    const last = throughText(drainBook(drained.now));
    // One that another process wrote beside may overlap.
    const restored = { now: restoreBook(head, [...deltas, last, last]) };
    for (const next of after) expect(take(restored, next)).toEqual(take(straight, next));
    expect(headOfBook(restored.now)).toBe(headOfBook(straight.now));
  }));
});

it('packs references as a map would keep them', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.string({ maxLength: 6 }), fc.integer({ min: 0, max: 4_000_000_000 })), { maxLength: 50 }), fc.string({ maxLength: 6 }), (entries, other) => {
    const references = new BookReferences();
    const map = new Map(entries);
    for (const [key, revision] of map) {
      references.set(key, revision);
      if (revision % 3 === 0) references.drain();
    }
    const fork = references.fork();
    for (const key of [...map.keys(), other]) expect([references.get(key), fork.get(key)]).toEqual([map.get(key), map.get(key)]);
  }));
});

it('tells ten thousand numbered references apart', () => {
  const packed = new PackedReferences();
  const key = (n: number): string => `receipt/PT-${2000 + (n % 25)}-${String(n).padStart(7, '0')}`;
  for (let n = 0; n < 10_000; n += 1_000) {
    const entries = new Uint32Array(4_000);
    for (let at = 0; at < 1_000; at += 1) PackedReferences.writeEntry(entries, 4 * at, key(n + at), n + at);
    if (n % 2_000 === 0) packed.add(entries);
    else packed.addLater([entries]);
  }
  const wrong = Array.from({ length: 20_000 }, (_, n) => n).filter((n) => packed.get(key(n)) !== (n < 10_000 ? n : undefined));
  expect(wrong).toEqual([]);
});

it('has the form that its number stands for: a fold which comes out otherwise takes the next number', () => {
  const state = { now: fundBook.initialState() };
  const FUND_ROW = { fundId: FUND, effectiveOn: '2024-03-01' };
  const all: FundBookCommand[] = [
    opening,
    { type: 'ReceiveDonation', ...FUND_ROW, account: 'bank', amount: 700n, donorId: OTHER, externalReference: 'PT-1' },
    { type: 'AwardScholarship', ...FUND_ROW, scholarshipId: OTHER, code: 'HB', programId: OTHER, beneficiaryId: OTHER, amount: 300n, instalments: 2 },
    { type: 'PayInstalment', ...FUND_ROW, scholarshipId: OTHER, instalment: 1, account: 'bank', amount: 100n, beneficiaryId: OTHER },
    { type: 'PayDisbursement', ...FUND_ROW, purpose: 'gift', recipients: 2, account: 'cash', amount: 50n },
    { type: 'MoveBetweenAccounts', ...FUND_ROW, fromAccount: 'bank', toAccount: 'cash', amount: 20n },
    { type: 'SendTransfer', ...FUND_ROW, fromAccount: 'bank', toFundId: OTHER, toAccount: 'bank', amount: 30n, transferId: FUND },
    { type: 'ReceiveTransfer', ...FUND_ROW, transferId: OTHER, fromFundId: OTHER, fromAccount: 'bank', account: 'bank', amount: 5n, sentOn: '2024-02-01' },
    { type: 'CreditInterest', ...FUND_ROW, amount: 7n },
    { type: 'ChargeBankFee', ...FUND_ROW, amount: 3n },
    { type: 'RevokeScholarship', ...FUND_ROW, scholarshipId: OTHER, reason: 'left' },
    { type: 'CloseBooks', fundId: FUND, through: '2024-03-31' },
    { type: 'ReceiveDonation', fundId: FUND, effectiveOn: '2024-04-01', account: 'goods', amount: 9n, donorId: OTHER, externalReference: 'PT-2' },
  ];
  const forms: string[] = [];
  for (const next of all) {
    const outcome = take(state, next);
    forms.push(JSON.stringify([next.type, typeof outcome === 'object' && outcome !== null && 'refused' in outcome ? outcome.refused : 'booked']));
    if (next.type === 'RevokeScholarship' || next === all.at(-1)) forms.push(headOfBook(state.now), ...Object.values(drainBook(state.now)).map(String));
  }
  expect({ form: BOOK_FORM, hash: createHash('sha256').update(forms.join('\n')).digest('hex') }).toEqual({ form: 2, hash: '4225b20e4695c8dffc7a3cb1af69a3dbbad10a70ec4b46e68b94a6d68a838255' });
  expect(forms.filter((text) => text.startsWith('["') && !text.endsWith('"booked"]'))).toEqual([]);
});
