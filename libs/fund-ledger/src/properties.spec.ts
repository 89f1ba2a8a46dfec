import fc from 'fast-check';
import { isRefusal, type Refusal } from '@ledger/kernel';
import { BOOKS, commandOf, DAYS, earlierFor, LAST, otherFundId, steps, stepsWithoutClosing, twoBooks, type Step } from '../testing/arbitrary-commands.js';
import { availableIn, bookEvents, committedIn, totalsAt } from '../testing/oracle.js';
import { plainState } from '../testing/plain-state.js';
import { closing, disbursement, fundId, type Story } from '../testing/stories.js';
import {
  availableOf, deciderOf, earlierNeedsOf, effectOf, forkOf, fundBookStream, routeOf, type BookState, type FundBookEvent, type LedgerCommand, type LedgerEvent,
} from './index.js';

// LEDGER_PROPERTY_RUNS: how many random ledgers each property tries (150 unless told). A failure prints its seed.
const runs = { numRuns: Number(process.env['LEDGER_PROPERTY_RUNS'] ?? 150) };

const stateOf = (story: Story, stream: string) => story.model.stateOf(stream) as BookState;

function play(story: Story, all: readonly Step[]): { command: LedgerCommand; outcome: readonly LedgerEvent[] | Refusal }[] {
  return all.map((step) => {
    const command = commandOf(step, story.model);
    return { command, outcome: story.apply(command, earlierFor(story.model, command)) };
  });
}

function foldOf(stream: string, events: readonly LedgerEvent[]): unknown {
  const decider = deciderOf(stream);
  return events.reduce<unknown>((state, event) => decider.evolve(state, JSON.parse(JSON.stringify(event)) as LedgerEvent), decider.initialState());
}

describe('after any commands, accepted or refused', () => {
  it('no account, no principal and nothing available is short on any day, and the state says what the events say', () => {
    const accepted = new Set<string>();
    const refused = new Set<string>();
    fc.assert(fc.property(steps, (all) => {
      const story = twoBooks();
      for (const { command, outcome } of play(story, all)) isRefusal(outcome) ? refused.add(outcome.refused) : accepted.add(command.type);
      for (const stream of BOOKS) {
        const events = bookEvents(story.events(stream));
        const { closedThrough, days } = stateOf(story, stream);
        for (const day of DAYS) {
          const totals = totalsAt(events, day);
          expect([totals.cash, totals.bank, totals.goods, totals.bank - totals.principal, availableIn(totals), committedIn(totals)].filter((figure) => figure < 0n)).toEqual([]);
          if (closedThrough !== undefined && day < closedThrough) continue;
          const figures = days.at(day);
          expect({ ...figures, available: availableOf(figures) }).toEqual({
            cash: totals.cash, bank: totals.bank, goods: totals.goods, endowmentPrincipal: totals.principal, committed: committedIn(totals), available: availableIn(totals),
          });
        }
      }
    }), runs);
    // The commands are worth something: every kind got through sometimes, and most rules were run into.
    if (runs.numRuns >= 150) {
      expect([...accepted].sort()).toEqual([
        'AddToEndowment', 'AdjustVoucher', 'AwardPrize', 'AwardScholarship', 'ChargeBankFee', 'CloseBooks', 'CreditInterest', 'MoveBetweenAccounts',
        'PayDisbursement', 'PayInstalment', 'ReceiveDonation', 'RevokeScholarship', 'SendTransfer',
      ]);
      expect(refused.size).toBeGreaterThan(25);
    }
  });

  it('nothing is paid twice, and on no day was more paid of a scholarship than awarded', () => {
    fc.assert(fc.property(steps, (all) => {
      const story = twoBooks();
      play(story, all);
      for (const stream of BOOKS) {
        const events = bookEvents(story.events(stream)).map(({ type, data }) => ({ type, ...(data as { effectiveOn: string; scholarshipId?: string; amount?: string; delta?: string; instalment?: number }) }));
        const paid = events.filter(({ type }) => type === 'InstalmentPaid').map(({ scholarshipId, instalment }) => `${scholarshipId} ${instalment}`);
        expect(new Set(paid).size).toBe(paid.length);
        for (const { scholarshipId, amount, effectiveOn } of events.filter(({ type }) => type === 'ScholarshipAwarded')) {
          const payments = events.filter((event) => event.scholarshipId === scholarshipId && (event.type === 'InstalmentPaid' || event.type === 'VoucherAdjusted'));
          for (const day of DAYS) {
            const sum = payments.filter((event) => event.effectiveOn <= day).reduce((total, event) => total + BigInt((event.amount ?? event.delta)!), 0n);
            expect(sum <= BigInt(amount!) && (sum === 0n || day >= effectiveOn)).toBe(true);
          }
        }
      }
    }), runs);
  });

  it('voucher numbers have no gap and references no double, and nothing lies in a closed stretch', () => {
    fc.assert(fc.property(steps, (all) => {
      const story = twoBooks();
      play(story, all);
      for (const stream of BOOKS) {
        const numbers = new Map<string, number>();
        const references = new Set<string>();
        let closedThrough = '';
        for (const { type, data } of bookEvents(story.events(stream))) {
          const series = `${data.voucher.kind} ${data.voucher.year}`;
          expect(data.voucher).toEqual({ kind: data.voucher.kind, year: Number(data.effectiveOn.slice(0, 4)), number: (numbers.get(series) ?? 0) + 1 });
          numbers.set(series, data.voucher.number);
          const named = data.externalReference && `${data.voucher.kind} ${data.externalReference}`;
          expect(named !== undefined && references.has(named)).toBe(false);
          if (named !== undefined) references.add(named);
          expect(data.effectiveOn > closedThrough).toBe(true);
          if (type === 'BooksClosed') closedThrough = data.effectiveOn;
        }
      }
    }), runs);
  });

  it('no adjusted voucher is below zero on any day', () => {
    fc.assert(fc.property(steps, (all) => {
      const story = twoBooks();
      play(story, all);
      for (const stream of BOOKS) {
        const events = bookEvents(story.events(stream));
        for (const { data: original } of events) {
          const changes = events.filter((event) => event.type === 'VoucherAdjusted' && event.data.adjusts.kind === original.voucher.kind
            && event.data.adjusts.year === original.voucher.year && event.data.adjusts.number === original.voucher.number);
          for (const day of changes.length > 0 ? DAYS.filter((one) => one >= original.effectiveOn) : []) {
            const sum = changes.filter(({ data }) => data.effectiveOn <= day).reduce((total, { data }) => total + BigInt((data as { delta: string }).delta), BigInt((original as { amount: string }).amount));
            expect(sum >= 0n).toBe(true);
          }
        }
      }
    }), runs);
  });

  it('transfers conserve money over both books, arrive once, and are adjusted on both sides alike', () => {
    fc.assert(fc.property(steps, (all) => {
      const story = twoBooks();
      play(story, all);
      const both = BOOKS.flatMap((stream) => bookEvents(story.events(stream)));
      const sumOf = (chosen: readonly FundBookEvent[]) => chosen.reduce((sum, event) => {
        const effect = effectOf(event);
        return effect ? sum + effect.cash + effect.bank + effect.goods : sum;
      }, 0n);
      expect(sumOf(both.filter(({ type }) => type === 'TransferSent' || type === 'TransferReceived' || type === 'TransferAdjusted'))).toBe(0n);
      const ids = (type: FundBookEvent['type'], id: string) => both.filter((event) => event.type === type).map(({ data }) => (data as Record<string, unknown>)[id]).sort();
      expect(ids('TransferReceived', 'transferId')).toEqual(ids('TransferSent', 'transferId'));
      const adjustments = ids('TransferAdjusted', 'adjustmentId');
      expect(adjustments.filter((_, index) => index % 2 === 0)).toEqual(adjustments.filter((_, index) => index % 2 === 1));
      for (const { type, data } of both) if (type === 'TransferReceived') expect(data.effectiveOn >= data.sentOn).toBe(true);
    }), runs);
  });

  it('replaying the stored text of the events gives the same state, from the start or from the last closing alone', () => {
    fc.assert(fc.property(steps, (all) => {
      const story = twoBooks();
      play(story, all);
      for (const stream of BOOKS) {
        const events = story.events(stream);
        const state = plainState(stateOf(story, stream));
        expect(plainState(foldOf(stream, events))).toEqual(state);
        const base = events.map(({ type }) => type).lastIndexOf('BooksClosed');
        if (base >= 0) expect(plainState(foldOf(stream, events.slice(base)))).toEqual(state);
      }
    }), runs);
  });
});

describe('closing the books', () => {
  /** The same entries in a ledger that never closes: differences would be things that a closing forgot to carry. */
  it('changes no later decision but those on what it ended', () => {
    fc.assert(fc.property(stepsWithoutClosing, stepsWithoutClosing, fc.constantFrom(...DAYS.slice(0, 10)), (before, after, through) => {
      const [closed, open] = [twoBooks(), twoBooks()];
      play(closed, before);
      play(open, before);
      const fully = new Set(BOOKS.flatMap((stream) => [...stateOf(open, stream).scholarships.entries()].filter(([, { remaining }]) => remaining === 0n).map(([id]) => id)));
      for (const fund of [fundId, otherFundId]) closed.accept(closing(through, { fundId: fund }));
      for (const step of after) {
        const command = commandOf(step, open.model);
        if (!('effectiveOn' in command) || command.effectiveOn <= through || touches(open, command, fully)) continue;
        const earlier = earlierFor(closed.model, command);
        expect(withoutPlaces(closed.apply(command, earlier))).toEqual(withoutPlaces(open.apply(command)));
      }
    }), runs);
  });

  /** Scholarships that a closing ended are answered differently on purpose. */
  function touches(story: Story, command: LedgerCommand, ended: ReadonlySet<string>): boolean {
    if ('scholarshipId' in command) return ended.has(command.scholarshipId);
    if (command.type !== 'AdjustVoucher' || command.adjusts.kind !== 'instalment') return false;
    const { adjusts } = command;
    return bookEvents(story.events(routeOf(command).stream)).some(({ type, data }) => type === 'InstalmentPaid' && ended.has(data.scholarshipId)
      && ('number' in adjusts ? adjusts.year === data.voucher.year && adjusts.number === data.voucher.number : adjusts.externalReference === data.externalReference));
  }

  function withoutPlaces(outcome: readonly LedgerEvent[] | Refusal): unknown {
    return JSON.parse(JSON.stringify(outcome, (key, value: unknown) => (key === 'revision' ? 'somewhere' : value)));
  }
});

describe('a refusal for money', () => {
  it('is right, and its shortBy is exactly what is too much', () => {
    const days = fc.constantFrom(...DAYS.slice(0, 15));
    fc.assert(fc.property(steps, days, fc.constantFrom('cash', 'bank', 'goods'), fc.bigInt({ min: 1n, max: 120n }), (all, effectiveOn, account, amount) => {
      const story = twoBooks();
      play(story, all);
      const state = stateOf(story, BOOKS[0]!);
      if (state.closedThrough !== undefined && effectiveOn <= state.closedThrough) return;
      const decide = (sum: bigint) => deciderOf('fundBook').decide(disbursement(sum, { effectiveOn, account }), state, { today: LAST });
      const outcome = decide(amount);
      const short = DAYS.filter((day) => day >= effectiveOn).some((day) => {
        const totals = totalsAt(bookEvents(story.events(BOOKS[0]!)), day);
        const money = account === 'goods' ? 0n : amount;
        return totals[account as 'cash'] < amount || availableIn(totals) < money || (account === 'bank' && totals.bank - totals.principal < amount);
      });
      expect(isRefusal(outcome)).toBe(short);
      if (!isRefusal(outcome)) return;
      const payable = amount - BigInt(outcome.details['shortBy']!);
      expect(decide(payable + 1n)).toMatchObject({ refused: outcome.refused });
      const less = payable > 0n ? decide(payable) : [];
      expect(isRefusal(less) && less.refused === outcome.refused).toBe(false);
    }), runs);
  });
});

describe('a fork', () => {
  it('decides like the original, leaves it untouched, and holds what the original holds after the same events', () => {
    fc.assert(fc.property(steps, steps, (before, after) => {
      const story = twoBooks();
      play(story, before);
      const stream = fundBookStream(fundId);
      const decider = deciderOf(stream);
      let original: unknown = foldOf(stream, story.events(stream));
      const untouched = plainState(original);
      let fork = forkOf(stream, original);
      const decided: LedgerEvent[] = [];
      for (const step of after) {
        const command = commandOf(step, story.model);
        if (routeOf(command).stream !== stream || command.type === 'SendTransfer') continue;
        const { voucher } = earlierNeedsOf(command, fork);
        const events = [...story.events(stream), ...decided];
        const event = voucher && 'revision' in voucher ? events[Number(voucher.revision)] : undefined;
        const outcome = decider.decide(command, fork, { today: LAST, earlier: event && voucher && 'revision' in voucher ? { voucher: { revision: voucher.revision, event } } : {} });
        if (isRefusal(outcome)) continue;
        for (const one of outcome) fork = decider.evolve(decided.length % 3 === 0 ? forkOf(stream, fork) : fork, one);
        decided.push(...outcome);
      }
      expect(plainState(original)).toEqual(untouched);
      for (const event of decided) original = decider.evolve(original, event);
      expect(plainState(original)).toEqual(plainState(fork));
    }), runs);
  });
});
