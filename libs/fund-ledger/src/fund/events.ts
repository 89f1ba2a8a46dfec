import type { Day, DomainEvent, DongText } from '@ledger/kernel';
import type { FundPurpose, Restriction } from '../vocabulary.js';

/** The fund as a thing with a name. Its book opens with the same figures right after (the courier sees to it). */
export type FundOpened = DomainEvent<'FundOpened', {
  readonly fundId: string;
  readonly rootCode: string;
  readonly code: string;
  readonly name: string;
  readonly associationId: string;
  readonly restriction: Restriction;
  readonly purpose?: FundPurpose;
  readonly openedOn: Day;
  readonly opening: { readonly cash: DongText; readonly bank: DongText; readonly goods: DongText };
  readonly endowmentPrincipal: DongText;
}>;
export type FundRenamed = DomainEvent<'FundRenamed', { readonly fundId: string; readonly name: string; readonly effectiveOn: Day }>;

export type FundEvent = FundOpened | FundRenamed;
export const fundStream = (fundId: string): string => `fund-${fundId}`;
