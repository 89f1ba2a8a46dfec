import fc from 'fast-check';
import { effectOf } from '@ledger/fund-ledger';
import type { FundBookEvent, Restriction } from '@ledger/fund-ledger';
import { BOOKS, commandOf, earlierFor, steps, twoBooks } from '../../libs/fund-ledger/testing/arbitrary-commands.js';
import { bookEvents } from '../../libs/fund-ledger/testing/oracle.js';
import { CHART } from './chart.js';
import type { AccountCode } from './chart.js';
import { postingsOf } from './postings.js';

/** Debit less credit by account. */
function balancesOf(events: readonly FundBookEvent[], restriction: Restriction): Record<AccountCode, bigint> {
  const balances = Object.fromEntries(Object.keys(CHART).map((code) => [code, 0n])) as Record<AccountCode, bigint>;
  for (const event of events)
    for (const { debit, credit, amount } of postingsOf(event, restriction)) {
      expect(amount > 0 && debit !== credit).toBe(true);
      balances[debit] += BigInt(amount);
      balances[credit] -= BigInt(amount);
    }
  return balances;
}

describe('the journal\'s postings', () => {
  const booked = (type: string, data: object, restriction: Restriction = 'unrestricted') =>
    postingsOf({ type, data: { fundId: 'f', effectiveOn: '2023-01-01', ...data } } as FundBookEvent, restriction).map(({ debit, credit, amount }) => `${debit} ${credit} ${amount}`);
  const adjusted = (kind: string, delta: string, more: object = {}) => booked('VoucherAdjusted', { adjusts: { kind }, account: 'bank', delta, ...more });

  it('follow the mapping of docs/chart-of-accounts.md, event by event', () => {
    expect(booked('FundBookOpened', { opening: { cash: '1', bank: '2', goods: '3' }, endowmentPrincipal: '2' })).toEqual(['1110 3000 1', '1120 3000 2', '1500 3000 3', '3100 3300 2']);
    expect(booked('FundBookOpened', { opening: { cash: '0', bank: '2', goods: '0' }, endowmentPrincipal: '2' }, 'restricted')).toEqual(['1120 3000 2', '3200 3300 2']);
    expect(booked('DonationReceived', { account: 'cash', amount: '5' })).toEqual(['1110 4100 5']);
    expect(booked('DonationReceived', { account: 'goods', amount: '5' })).toEqual(['1500 4200 5']);
    expect(booked('ScholarshipAwarded', { amount: '5' })).toEqual(['9190 9100 5']);
    expect(booked('InstalmentPaid', { account: 'bank', amount: '5' })).toEqual(['5100 1120 5', '9100 9190 5']);
    expect(booked('ScholarshipRevoked', { released: '5' })).toEqual(['9100 9190 5']);
    expect(booked('ScholarshipRevoked', { released: '0' })).toEqual([]);
    expect(booked('PrizeAwarded', { account: 'cash', amount: '5' })).toEqual(['5200 1110 5']);
    expect(['gift', 'hardship_aid', 'emergency_aid', 'learning_support', 'school_equipment'].flatMap((purpose) => booked('DisbursementPaid', { purpose, account: 'goods', amount: '5' })))
      .toEqual(['5310 1500 5', '5320 1500 5', '5330 1500 5', '5340 1500 5', '5350 1500 5']);
    expect(booked('MovedBetweenAccounts', { fromAccount: 'cash', toAccount: 'bank', amount: '5' })).toEqual(['1120 1110 5']);
    expect(booked('MovedBetweenAccounts', { fromAccount: 'bank', toAccount: 'bank', amount: '5' })).toEqual([]);
    expect(booked('TransferSent', { fromAccount: 'bank', amount: '5' })).toEqual(['3810 1120 5']);
    expect(booked('TransferReceived', { account: 'cash', amount: '5' })).toEqual(['1110 3820 5']);
    expect(booked('InterestCredited', { amount: '5' })).toEqual(['1120 4400 5']);
    expect(booked('BankFeeCharged', { amount: '5' })).toEqual(['5900 1120 5']);
    expect(booked('EndowmentAdded', { from: 'donation', amount: '5' })).toEqual(['1120 4300 5', '3100 3300 5']);
    expect(booked('EndowmentAdded', { from: 'available', amount: '5' }, 'restricted')).toEqual(['3200 3300 5']);
    expect(booked('BooksClosed', {})).toEqual([]);
  });

  it('adjust in the sense of the original: what is lowered is booked the other way round', () => {
    expect(adjusted('receipt', '5')).toEqual(['1120 4100 5']);
    expect(adjusted('receipt', '-5')).toEqual(['4100 1120 5']);
    expect(adjusted('receipt', '-5', { account: 'goods' })).toEqual(['4200 1500 5']);
    expect(adjusted('payment', '-5', { purpose: 'gift' })).toEqual(['1120 5310 5']);
    expect(adjusted('prize', '5')).toEqual(['5200 1120 5']);
    expect(adjusted('instalment', '-5', { commitmentDelta: '5' })).toEqual(['1120 5100 5', '9190 9100 5']);
    expect(adjusted('instalment', '-5', { commitmentDelta: '0' })).toEqual(['1120 5100 5']);
    expect(adjusted('interest', '-5')).toEqual(['4400 1120 5']);
    expect(adjusted('fee', '-5')).toEqual(['1120 5900 5']);
    expect(adjusted('endowment', '-5', { from: 'donation' })).toEqual(['4300 1120 5', '3300 3100 5']);
    expect(adjusted('endowment', '5', { from: 'available' })).toEqual(['3100 3300 5']);
    expect(adjusted('transfer', '5', { account: 'cash', toAccount: 'bank' })).toEqual(['1120 1110 5']);
    expect(adjusted('transfer', '5', { account: 'bank', toAccount: 'bank' })).toEqual([]);
    expect(booked('TransferAdjusted', { side: 'sent', account: 'bank', delta: '-5' })).toEqual(['1120 3810 5']);
    expect(booked('TransferAdjusted', { side: 'received', account: 'cash', delta: '5' })).toEqual(['1110 3820 5']);
    expect(() => adjusted('payment', '5')).toThrow('does not say its purpose');
  });

  it('say of accounts, principal and commitments what the domain says, whatever was booked; and assets equal net assets', () => {
    fc.assert(fc.property(steps, (all) => {
      const story = twoBooks();
      for (const step of all) {
        const command = commandOf(step, story.model);
        story.apply(command, earlierFor(story.model, command));
      }
      for (const [place, stream] of BOOKS.entries()) {
        const events = bookEvents(story.events(stream));
        const effects = events.flatMap((event) => effectOf(event) ?? []);
        const sum = (figure: 'cash' | 'bank' | 'goods' | 'endowmentPrincipal' | 'committed'): bigint => effects.reduce((total, effect) => total + effect[figure], 0n);
        const balances = balancesOf(events, place === 0 ? 'unrestricted' : 'restricted');
        expect({ cash: balances['1110'], bank: balances['1120'], goods: balances['1500'], principal: -balances['3300'], committed: -balances['9100'], contra: balances['9190'] })
          .toEqual({ cash: sum('cash'), bank: sum('bank'), goods: sum('goods'), principal: sum('endowmentPrincipal'), committed: sum('committed'), contra: sum('committed') });
        const assets = sum('cash') + sum('bank') + sum('goods');
        const others = (Object.keys(CHART) as AccountCode[]).filter((code) => !['asset', 'memorandum'].includes(CHART[code].kind));
        expect(others.reduce((total, code) => total - balances[code], 0n)).toBe(assets);
      }
    }), { numRuns: 40 });
  });
});
