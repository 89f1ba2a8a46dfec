import { isRefusal } from '@ledger/kernel';
import { adjustment, book, closing, disbursement, fundId, openFund, scholarship, Story, transfer } from '../../testing/stories.js';
import { followUpOf, fundBookStream, fundIdOf, type BookState, type LedgerCommand, type LedgerEvent } from '../index.js';

const onDay = (effectiveOn: string) => ({ effectiveOn });
const other = fundIdOf('T', 'R');
const otherBook = fundBookStream(other);
const figures = (story: Story, stream = book) => (story.model.stateOf(stream) as BookState).days.latest;
const last = (events: readonly LedgerEvent[]) => events.at(-1)!;

function twoFunds(fields: object = {}, otherFields: object = {}): Story {
  const story = new Story({ bank: 100n, goods: 10n }, fields);
  story.accept(openFund('R', otherFields));
  return story;
}

describe('a transfer between funds', () => {
  it('leaves one book and arrives in the other under the same id', () => {
    const story = twoFunds();
    const sent = story.accept(transfer(40n, other, { externalReference: 'NT1', toAccount: 'cash', description: 'Bàn giao' }));
    expect(sent).toMatchObject({ type: 'TransferSent', data: { voucher: { kind: 'transfer', number: 1 }, fromAccount: 'bank', toFundId: other, amount: '40' } });
    expect(last(story.events(otherBook))).toMatchObject({
      type: 'TransferReceived',
      data: {
        fundId: other, voucher: { kind: 'transfer_receipt', number: 1 }, effectiveOn: '2023-01-10', sentOn: '2023-01-10', fromFundId: fundId, fromAccount: 'bank',
        account: 'cash', amount: '40', senderReference: 'NT1', description: 'Bàn giao',
      },
    });
    expect([figures(story).bank, figures(story, otherBook).cash]).toEqual([60n, 40n]);
  });

  it('needs what is available, and two funds that exist', () => {
    const story = twoFunds();
    story.accept(scholarship('HB1', 70n, 1));
    story.refuse(transfer(31n, other), 'payment_exceeds_available_balance', { shortBy: '1' });
    story.refuse(transfer(10n, fundIdOf('T', 'none')), 'receiving_fund_not_found');
    story.refuse(transfer(10n, fundId), 'transfer_needs_two_funds');
    story.refuse(transfer(0n, other), 'amount_must_be_positive');
    story.refuse(transfer(1n, other, { toAccount: 'goods' }), 'goods_and_money_do_not_mix');
    story.accept(transfer(10n, other, { fromAccount: 'goods', toAccount: 'goods' }));
    story.accept(transfer(30n, other));
  });

  it('out of a restricted fund goes only to one restricted to the same', () => {
    const restricted = { restriction: 'restricted', purpose: 'scholarship' };
    twoFunds(restricted).refuse(transfer(1n, other), 'purpose_not_allowed_by_fund', { purpose: 'unrestricted', allowed: 'scholarship' });
    twoFunds(restricted, { restriction: 'restricted', purpose: 'award' }).refuse(transfer(1n, other), 'purpose_not_allowed_by_fund', { purpose: 'award' });
    twoFunds(restricted, restricted).accept(transfer(1n, other));
    twoFunds({}, restricted).accept(transfer(1n, other));
  });

  it('is not sent before the receiving fund opened', () => {
    twoFunds({}, { openedOn: '2023-02-01' }).refuse(transfer(1n, other), 'date_is_before_fund_opened', { openedOn: '2023-02-01' });
  });

  it('is dated the next open day where its own is closed', () => {
    const story = twoFunds();
    story.accept(closing('2023-03-31', { fundId: other }));
    story.accept(transfer(40n, other));
    expect(last(story.events(otherBook))).toMatchObject({ data: { effectiveOn: '2023-04-01', sentOn: '2023-01-10' } });
  });

  it('arrives on the opening day of a book that opened later', () => {
    const story = twoFunds({}, { openedOn: '2023-02-01' });
    const arrival = story.accept({ type: 'ReceiveTransfer', fundId: other, effectiveOn: '2023-01-10', transferId: 't', fromFundId: fundId, fromAccount: 'bank', account: 'bank', amount: 1n, sentOn: '2023-01-10' });
    expect(arrival).toMatchObject({ data: { effectiveOn: '2023-02-01', sentOn: '2023-01-10' } });
  });

  it('arrives tomorrow where the books are closed through today', () => {
    const story = twoFunds();
    story.accept(closing('2024-03-10', { fundId: other }));
    story.accept(transfer(40n, other, onDay('2024-03-10')));
    expect(last(story.events(otherBook))).toMatchObject({ data: { effectiveOn: '2024-03-11', sentOn: '2024-03-10' } });
  });

  it('arrives once: in the open stretch by the book itself, before it by what was looked up', () => {
    const story = twoFunds();
    const { command, eventId } = followUpOf(story.accept(transfer(40n, other)))!;
    story.refuse(command, 'transfer_already_received');
    expect(followUpOf(last(story.events()))!.eventId).toBe(eventId);
    story.accept(closing('2023-12-31', { fundId: other }));
    expect(story.model.needsOf(command)).toEqual({ transferId: (command as { transferId: string }).transferId });
    story.refuse(command, 'transfer_already_received', {}, { transferArrived: true });
  });
});

describe('an adjusted transfer between funds', () => {
  it('is raised in the book that sent it, and the other follows', () => {
    const story = twoFunds();
    story.accept(transfer(40n, other, { toAccount: 'cash' }));
    story.refuse(adjustment('transfer', 1, 61n), 'account_would_be_overdrawn', { shortBy: '1' });
    story.refuse(adjustment('transfer', 1, -1n), 'transfer_is_lowered_in_the_receiving_fund', { fundId: other });
    const led = story.accept(adjustment('transfer', 1, 60n));
    expect(led).toMatchObject({ type: 'TransferAdjusted', data: { side: 'sent', leads: true, counterpartFundId: other, counterpartAccount: 'cash', account: 'bank', delta: '60' } });
    expect(last(story.events(otherBook))).toMatchObject({
      type: 'TransferAdjusted',
      data: { fundId: other, side: 'received', leads: false, counterpartFundId: fundId, account: 'cash', delta: '60', adjusts: { stream: book, kind: 'transfer', number: 1 } },
    });
    expect([figures(story).bank, figures(story, otherBook).cash]).toEqual([0n, 100n]);
    expect(followUpOf(last(story.events(otherBook)))).toBeUndefined();
    story.refuse(followUpOf(led)!.command, 'transfer_adjustment_already_followed');
  });

  it('is lowered in the book that received it, no further than to nothing, and the other follows', () => {
    const story = twoFunds();
    story.accept(transfer(40n, other));
    story.accept(adjustment('transfer', 1, 10n));
    const lower = (delta: bigint, fields: object = {}): LedgerCommand => adjustment('transfer_receipt', 1, delta, { fundId: other, adjustmentId: `5d1d7c64-2f0b-5c3e-9a57-0b6f8f7d3c0${-delta % 10n}`, ...fields });
    story.refuse(adjustment('transfer_receipt', 1, 1n, { fundId: other }), 'transfer_is_raised_in_the_sending_fund', { fundId });
    story.refuse(lower(-51n), 'adjustment_takes_voucher_below_zero', { remaining: '50', shortBy: '1' });
    story.refuse(lower(-1n, onDay('2023-01-19')), 'adjustment_before_previous', { lastOn: '2023-01-20' });
    story.accept(lower(-45n));
    story.refuse(lower(-6n), 'adjustment_takes_voucher_below_zero', { remaining: '5' });
    expect([figures(story).bank, figures(story, otherBook).bank]).toEqual([95n, 5n]);
    story.accept(disbursement(5n, { fundId: other, ...onDay('2023-01-20') }));
    story.refuse(lower(-5n), 'account_would_be_overdrawn', { shortBy: '5' });
  });

  it('follows on the next open day, and once even after a closing', () => {
    const story = twoFunds();
    story.accept(transfer(40n, other));
    story.accept(closing('2023-06-30', { fundId: other }));
    const led = story.accept(adjustment('transfer', 1, 10n));
    expect(last(story.events(otherBook))).toMatchObject({ data: { effectiveOn: '2023-07-01', documentDate: '2023-01-20' } });
    const { command } = followUpOf(led)!;
    story.accept(closing('2023-07-31', { fundId: other }));
    expect(story.model.needsOf(command)).toEqual({ adjustmentId: (command as { adjustmentId: string }).adjustmentId });
    story.refuse(command, 'transfer_adjustment_already_followed', {}, { transferArrived: true });
  });

  it('remembers across a closing how far it was lowered', () => {
    const story = twoFunds();
    story.accept(transfer(40n, other));
    const voucher = { revision: 1n, event: last(story.events(otherBook)) };
    story.accept(adjustment('transfer_receipt', 1, -30n, { fundId: other }));
    story.accept(closing('2023-06-30', { fundId: other }));
    const late = adjustment('transfer_receipt', 1, -11n, { fundId: other, ...onDay('2023-07-01') });
    story.refuse(late, 'adjustment_takes_voucher_below_zero', { remaining: '10' }, { voucher });
    expect(isRefusal(story.apply(late))).toBe(true);
  });
});
