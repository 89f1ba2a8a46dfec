import type { AssociationEvent, FundEvent, PledgeEvent } from '@ledger/fund-ledger';

export type DataOf<Event extends { readonly type: string; readonly data: object }, Type extends Event['type']> = Extract<Event, { type: Type }>['data'];
export type FundOpened = DataOf<FundEvent, 'FundOpened'>;
export type PledgeMade = DataOf<PledgeEvent, 'PledgeMade'>;

/** What the log has said so far about who belongs to whom. Associations and funds are thousands; of a pledge little is kept. */
export class Directory {
  private readonly parents = new Map<string, string | undefined>();
  private readonly paths = new Map<string, readonly string[]>();
  private readonly funds = new Map<string, FundOpened>();
  private readonly promises = new Map<string, Pick<PledgeMade, 'fundId' | 'campaignId' | 'amount'>>();
  /** Codes by id, for reports. */
  readonly codes = new Map<string, string>();

  registered({ associationId, parentId, code }: DataOf<AssociationEvent, 'AssociationRegistered'>): void {
    this.parents.set(associationId, parentId);
    this.codes.set(associationId, code);
  }

  opened(fund: FundOpened): void {
    this.funds.set(fund.fundId, fund);
    this.codes.set(fund.fundId, fund.code);
  }

  promised({ pledgeId, fundId, campaignId, amount }: PledgeMade): void {
    this.promises.set(pledgeId, { fundId, amount, ...(campaignId === undefined ? {} : { campaignId }) });
  }

  /** From the association up to its root. */
  pathOf(associationId: string): readonly string[] {
    const known = this.paths.get(associationId);
    if (known) return known;
    if (!this.parents.has(associationId)) throw new UnknownInLog(`association ${associationId}`);
    const parent = this.parents.get(associationId);
    const path = [associationId, ...(parent === undefined ? [] : this.pathOf(parent))];
    this.paths.set(associationId, path);
    return path;
  }

  fund(fundId: string): FundOpened {
    const fund = this.funds.get(fundId);
    if (!fund) throw new UnknownInLog(`fund ${fundId}`);
    return fund;
  }

  everyFund(): readonly FundOpened[] {
    return [...this.funds.values()];
  }

  promise(pledgeId: string): Pick<PledgeMade, 'fundId' | 'campaignId' | 'amount'> {
    const promise = this.promises.get(pledgeId);
    if (!promise) throw new UnknownInLog(`pledge ${pledgeId}`);
    return promise;
  }
}

/** An event names something that no event before it brought into being. */
export class UnknownInLog extends Error {
  override readonly name = 'UnknownInLog';
  constructor(what: string) {
    super(`${what} is named and was never seen`);
  }
}
