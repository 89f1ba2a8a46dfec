import { uuidv5 } from '@ledger/kernel';
import type { FollowTransferAdjustment, OpenFundBook, ReceiveTransfer } from './commands.js';
import type { TransferAdjusted, TransferSent } from './fund-book/events.js';
import type { FundOpened } from './fund/events.js';
import { given } from './given.js';
import type { RefusalCode } from './refusal-texts.js';

/** What an event makes necessary in another stream. Everything derives from the event, so that whoever follows up does the same. */
export interface FollowUp {
  readonly commandId: string;
  /** The id of the one event that the command makes. */
  readonly eventId: string;
  readonly command: OpenFundBook | ReceiveTransfer | FollowTransferAdjustment;
}

/** Refusals which say that the follow-up was booked before: nothing is left to do. */
export const ALREADY_DONE: ReadonlySet<string> = new Set<RefusalCode>([
  'book_already_opened', 'transfer_already_received', 'transfer_adjustment_already_followed',
]);

type Leading = FundOpened | TransferSent | TransferAdjusted;

const LEADING: Readonly<Record<Leading['type'], true>> = { FundOpened: true, TransferSent: true, TransferAdjusted: true };

/** Every type of event that begins or completes something in two streams. */
export const FOLLOW_UP_EVENTS: readonly string[] = [...Object.keys(LEADING), 'FundBookOpened', 'TransferReceived'];

function isLeading(event: { readonly type: string; readonly data: object }): event is Leading {
  return Object.hasOwn(LEADING, event.type);
}

/** The command that must follow the event, if any. It is never refused for money. */
export function followUpOf(event: { readonly type: string; readonly data: object }): FollowUp | undefined {
  if (!isLeading(event)) return undefined;
  switch (event.type) {
    case 'FundOpened': return { ...idsOf(event.data.fundId, 'bookOpened'), command: openFundBook(event.data) };
    case 'TransferSent': return { ...idsOf(event.data.transferId, 'received'), command: receiveTransfer(event.data) };
    case 'TransferAdjusted':
      return event.data.leads ? { ...idsOf(event.data.adjustmentId, 'followed'), command: followTransferAdjustment(event.data) } : undefined;
  }
}

function idsOf(id: string, what: string): { commandId: string; eventId: string } {
  return { commandId: uuidv5(id, `${what}:command`), eventId: uuidv5(id, what) };
}

function openFundBook({ fundId, openedOn, associationId, restriction, purpose, opening, endowmentPrincipal }: FundOpened['data']): OpenFundBook {
  return {
    type: 'OpenFundBook', fundId, effectiveOn: openedOn, associationId, restriction, ...given({ purpose }),
    opening: { cash: BigInt(opening.cash), bank: BigInt(opening.bank), goods: BigInt(opening.goods) },
    endowmentPrincipal: BigInt(endowmentPrincipal),
  };
}

function receiveTransfer(sent: TransferSent['data']): ReceiveTransfer {
  const { fundId, toFundId, transferId, fromAccount, toAccount, amount, effectiveOn, documentDate, description, externalReference } = sent;
  return {
    type: 'ReceiveTransfer', fundId: toFundId, effectiveOn, documentDate, ...given({ description }), transferId, fromFundId: fundId, fromAccount,
    account: toAccount, amount: BigInt(amount), sentOn: effectiveOn, ...given({ senderReference: externalReference }),
  };
}

function followTransferAdjustment(led: TransferAdjusted['data']): FollowTransferAdjustment {
  const { fundId, adjustmentId, transferId, side, counterpartFundId, counterpartAccount, account, delta, adjusts, reason, effectiveOn, documentDate } = led;
  return {
    type: 'FollowTransferAdjustment', fundId: counterpartFundId, effectiveOn, documentDate, adjustmentId, transferId,
    side: side === 'sent' ? 'received' : 'sent', counterpartFundId: fundId, counterpartAccount: account, account: counterpartAccount,
    delta: BigInt(delta), adjusts, reason,
  };
}
