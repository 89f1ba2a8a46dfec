import type { ValuesOf } from '@ledger/dataset';

/** Figures of a fund that movements add to; its association counts them as well. */
export type MovementFigures = 'received_money' | 'received_in_kind' | 'pledged' | 'spent' | 'transferred_in' | 'transferred_out';

/** One fund's figures, in đồng. */
export class FundTally {
  /** Of each month so far, oldest first. */
  readonly closings: number[] = [];
  readonly association: string;
  private readonly held: { cash: number; bank: number; goods: number };
  private readonly opening: number;
  private readonly principal: number;
  private readonly sums: Record<string, number> = {};
  private committed = 0;

  constructor({ association_code, opening_cash, opening_bank, opening_goods, endowment_principal }: ValuesOf<'funds'>) {
    this.association = association_code;
    this.held = { cash: Number(opening_cash), bank: Number(opening_bank), goods: Number(opening_goods) };
    this.opening = this.closing;
    this.principal = Number(endowment_principal);
  }

  add(account: 'cash' | 'bank' | 'goods', amount: number): void {
    this.held[account] += amount;
  }

  count(figure: MovementFigures | 'awarded', amount: number): void {
    this.sums[figure] = (this.sums[figure] ?? 0) + amount;
  }

  awarded(amount: number): void {
    this.committed += amount;
    this.count('awarded', amount);
  }

  released(amount: number): void {
    this.committed -= amount;
  }

  closeMonth(): void {
    this.closings.push(this.closing);
  }

  figures(): Record<string, number> {
    const { held, principal, committed } = this;
    return {
      opening: this.opening, ...held, closing: this.closing, endowment_principal: principal, committed,
      available: held.cash + held.bank - principal - committed, ...this.sums,
    };
  }

  private get closing(): number {
    return this.held.cash + this.held.bank + this.held.goods;
  }
}
