import type { Day, Dong } from '@ledger/kernel';
import type { Account } from '../vocabulary.js';
import type { FundBookEvent, TransferAdjusted, VoucherAdjusted } from './events.js';

/** What a book adds up, or by how much one event changes it; đồng, signed. */
export interface Figures {
  readonly cash: Dong;
  readonly bank: Dong;
  readonly goods: Dong;
  readonly endowmentPrincipal: Dong;
  readonly committed: Dong;
}

export interface Effect extends Figures { readonly day: Day }

export const NOTHING: Figures = { cash: 0n, bank: 0n, goods: 0n, endowmentPrincipal: 0n, committed: 0n };

export function plus(a: Figures, b: Figures): Figures {
  return {
    cash: a.cash + b.cash,
    bank: a.bank + b.bank,
    goods: a.goods + b.goods,
    endowmentPrincipal: a.endowmentPrincipal + b.endowmentPrincipal,
    committed: a.committed + b.committed,
  };
}

export function minus(a: Figures, b: Figures): Figures {
  return {
    cash: a.cash - b.cash,
    bank: a.bank - b.bank,
    goods: a.goods - b.goods,
    endowmentPrincipal: a.endowmentPrincipal - b.endowmentPrincipal,
    committed: a.committed - b.committed,
  };
}

/** Money that may still be promised or spent. */
export function availableOf(figures: Figures): Dong {
  return figures.cash + figures.bank - figures.endowmentPrincipal - figures.committed;
}

/** Everything the fund holds. */
export function closingOf(figures: Figures): Dong {
  return figures.cash + figures.bank + figures.goods;
}

function on(day: Day, changes: Partial<Figures>): Effect {
  return { ...NOTHING, ...changes, day };
}

function moved(day: Day, from: Account, to: Account, amount: Dong): Effect {
  return from === to ? on(day, {}) : on(day, { [from]: -amount, [to]: amount });
}

function adjusted({ effectiveOn: day, adjusts, account, toAccount, from, ...data }: VoucherAdjusted['data']): Effect {
  const delta = BigInt(data.delta);
  switch (adjusts.kind) {
    case 'receipt':
    case 'interest':
      return on(day, { [account]: delta });
    case 'payment':
    case 'prize':
    case 'fee':
      return on(day, { [account]: -delta });
    case 'instalment':
      return on(day, { [account]: -delta, committed: BigInt(data.commitmentDelta ?? '0') });
    case 'endowment':
      return on(day, from === 'donation' ? { bank: delta, endowmentPrincipal: delta } : { endowmentPrincipal: delta });
    case 'transfer':
    case 'transfer_receipt':
      return moved(day, account, toAccount ?? account, delta);
  }
}

function transferAdjusted({ effectiveOn, side, account, delta }: TransferAdjusted['data']): Effect {
  return on(effectiveOn, { [account]: side === 'sent' ? -BigInt(delta) : BigInt(delta) });
}

/** How an event changes its book, on which day; `undefined` where it moves nothing (closing the books). */
export function effectOf(event: FundBookEvent): Effect | undefined {
  const day = event.data.effectiveOn;
  switch (event.type) {
    case 'FundBookOpened': {
      const { cash, bank, goods } = event.data.opening;
      return on(day, { cash: BigInt(cash), bank: BigInt(bank), goods: BigInt(goods), endowmentPrincipal: BigInt(event.data.endowmentPrincipal) });
    }
    case 'DonationReceived':
    case 'TransferReceived':
      return on(day, { [event.data.account]: BigInt(event.data.amount) });
    case 'ScholarshipAwarded':
      return on(day, { committed: BigInt(event.data.amount) });
    case 'InstalmentPaid':
      return on(day, { [event.data.account]: -BigInt(event.data.amount), committed: -BigInt(event.data.amount) });
    case 'ScholarshipRevoked':
      return on(day, { committed: -BigInt(event.data.released) });
    case 'PrizeAwarded':
    case 'DisbursementPaid':
      return on(day, { [event.data.account]: -BigInt(event.data.amount) });
    case 'MovedBetweenAccounts':
      return moved(day, event.data.fromAccount, event.data.toAccount, BigInt(event.data.amount));
    case 'TransferSent':
      return on(day, { [event.data.fromAccount]: -BigInt(event.data.amount) });
    case 'VoucherAdjusted':
      return adjusted(event.data);
    case 'TransferAdjusted':
      return transferAdjusted(event.data);
    case 'InterestCredited':
      return on(day, { bank: BigInt(event.data.amount) });
    case 'BankFeeCharged':
      return on(day, { bank: -BigInt(event.data.amount) });
    case 'EndowmentAdded': {
      const amount = BigInt(event.data.amount);
      return on(day, event.data.from === 'donation' ? { bank: amount, endowmentPrincipal: amount } : { endowmentPrincipal: amount });
    }
    case 'BooksClosed':
      return undefined;
  }
}
