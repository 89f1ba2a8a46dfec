import type { Account, DisbursementPurpose, FundBookEvent } from '@ledger/fund-ledger';

// What an event of a fund's book means, read anew: by what each account and each flow changes. Nothing here is shared
// with the read models or with the deciders, so that an error in one of them does not hide in the other.

export type Flow =
  | 'opening' | 'received_money' | 'received_in_kind' | 'awarded' | 'released' | 'spent_on_scholarships' | 'spent_on_awards' | `spent_on_${DisbursementPurpose}`
  | 'transferred_in' | 'transferred_out' | 'interest' | 'fees' | 'donations' | 'scholarships_awarded' | 'instalments' | 'prizes' | 'disbursements' | 'recipients';

export interface Reading {
  readonly cash: bigint;
  readonly bank: bigint;
  readonly goods: bigint;
  readonly principal: bigint;
  readonly committed: bigint;
  readonly flows: Readonly<Partial<Record<Flow, bigint>>>;
  /** What is on its way, counted at the fund that sent it. */
  readonly transit?: { readonly fundId: string; readonly amount: bigint };
  /** The fund on the other side, and by how much this side's transfers grow. */
  readonly between?: { readonly otherFundId: string; readonly direction: 'in' | 'out'; readonly amount: bigint };
}

type Data<Type extends FundBookEvent['type']> = Extract<FundBookEvent, { type: Type }>['data'];
type Accounts = Partial<Record<Account, bigint>>;
interface Rest extends Pick<Partial<Reading>, 'principal' | 'committed' | 'transit' | 'between'> { readonly flows?: Reading['flows'] }

function reading(accounts: Accounts, { principal = 0n, committed = 0n, flows = {}, ...rest }: Rest = {}): Reading {
  return { cash: accounts.cash ?? 0n, bank: accounts.bank ?? 0n, goods: accounts.goods ?? 0n, principal, committed, flows, ...rest };
}

/** Undefined for a closing of the books, which changes nothing. */
export function readingOf(event: FundBookEvent): Reading | undefined {
  switch (event.type) {
    case 'FundBookOpened': return opened(event.data);
    case 'DonationReceived': return donated(event.data.account, BigInt(event.data.amount), 1n);
    case 'ScholarshipAwarded': return reading({}, { committed: BigInt(event.data.amount), flows: { awarded: BigInt(event.data.amount), scholarships_awarded: 1n } });
    case 'InstalmentPaid': {
      const paid = BigInt(event.data.amount);
      return reading({ [event.data.account]: -paid }, { committed: -paid, flows: { spent_on_scholarships: paid, instalments: 1n } });
    }
    case 'ScholarshipRevoked': return reading({}, { committed: -BigInt(event.data.released), flows: { released: BigInt(event.data.released) } });
    case 'PrizeAwarded': return reading({ [event.data.account]: -BigInt(event.data.amount) }, { flows: { spent_on_awards: BigInt(event.data.amount), prizes: 1n } });
    case 'DisbursementPaid': {
      const { account, amount, purpose, recipients } = event.data;
      return reading({ [account]: -BigInt(amount) }, { flows: { [`spent_on_${purpose}`]: BigInt(amount), disbursements: 1n, recipients: BigInt(recipients) } });
    }
    case 'MovedBetweenAccounts': return shifted(event.data.fromAccount, event.data.toAccount, BigInt(event.data.amount));
    case 'TransferSent': return sent(event.data.fundId, event.data.fromAccount, event.data.toFundId, BigInt(event.data.amount));
    case 'TransferReceived': return arrived(event.data.account, event.data.fromFundId, BigInt(event.data.amount));
    case 'TransferAdjusted': {
      const { fundId, side, account, counterpartFundId, delta } = event.data;
      return side === 'sent' ? sent(fundId, account, counterpartFundId, BigInt(delta)) : arrived(account, counterpartFundId, BigInt(delta));
    }
    case 'InterestCredited': return reading({ bank: BigInt(event.data.amount) }, { flows: { interest: BigInt(event.data.amount) } });
    case 'BankFeeCharged': return reading({ bank: -BigInt(event.data.amount) }, { flows: { fees: BigInt(event.data.amount) } });
    case 'EndowmentAdded': return endowed(event.data.from === 'donation', BigInt(event.data.amount), 1n);
    case 'VoucherAdjusted': return adjusted(event.data);
    case 'BooksClosed': return undefined;
  }
}

function opened({ opening, endowmentPrincipal }: Data<'FundBookOpened'>): Reading {
  const [cash, bank, goods] = [BigInt(opening.cash), BigInt(opening.bank), BigInt(opening.goods)];
  return reading({ cash, bank, goods }, { principal: BigInt(endowmentPrincipal), flows: { opening: cash + bank + goods } });
}

function donated(account: Account, amount: bigint, donations: bigint): Reading {
  const flow = account === 'goods' ? 'received_in_kind' : 'received_money';
  return reading({ [account]: amount }, { flows: { [flow]: amount, ...(donations === 0n ? {} : { donations }) } });
}

function shifted(from: Account, to: Account, amount: bigint): Reading {
  return from === to ? reading({}) : reading({ [from]: -amount, [to]: amount });
}

function sent(fundId: string, account: Account, otherFundId: string, amount: bigint): Reading {
  return reading({ [account]: -amount }, { flows: { transferred_out: amount }, transit: { fundId, amount }, between: { otherFundId, direction: 'out', amount } });
}

function arrived(account: Account, otherFundId: string, amount: bigint): Reading {
  return reading({ [account]: amount }, { flows: { transferred_in: amount }, transit: { fundId: otherFundId, amount: -amount }, between: { otherFundId, direction: 'in', amount } });
}

function endowed(isGift: boolean, amount: bigint, donations: bigint): Reading {
  if (!isGift) return reading({}, { principal: amount });
  return { ...donated('bank', amount, donations), principal: amount };
}

/** The signed difference, in the sense of what it adjusts; it counts nothing a second time. */
function adjusted(data: Data<'VoucherAdjusted'>): Reading {
  const { account, adjusts: { kind } } = data;
  const delta = BigInt(data.delta);
  switch (kind) {
    case 'receipt': return donated(account, delta, 0n);
    case 'payment': return reading({ [account]: -delta }, { flows: { [`spent_on_${data.purpose ?? 'gift'}`]: delta } });
    case 'prize': return reading({ [account]: -delta }, { flows: { spent_on_awards: delta } });
    case 'instalment': return reading({ [account]: -delta }, { committed: BigInt(data.commitmentDelta ?? '0'), flows: { spent_on_scholarships: delta } });
    case 'interest': return reading({ [account]: delta }, { flows: { interest: delta } });
    case 'fee': return reading({ [account]: -delta }, { flows: { fees: delta } });
    case 'endowment': return endowed(data.from === 'donation', delta, 0n);
    case 'transfer':
    case 'transfer_receipt': return shifted(account, data.toAccount ?? account, delta);
  }
}
