import type { Day, DomainEvent, DongText } from '@ledger/kernel';
import type { FreeText } from '../vocabulary.js';

export type PledgeMade = DomainEvent<'PledgeMade', {
  readonly pledgeId: string;
  readonly code: string;
  readonly donorId: string;
  readonly fundId: string;
  readonly campaignId?: string;
  readonly amount: DongText;
  readonly effectiveOn: Day;
  readonly dueOn?: Day;
}>;
export type PledgeCancelled = DomainEvent<'PledgeCancelled', { readonly pledgeId: string; readonly effectiveOn: Day; readonly reason: FreeText }>;

export type PledgeEvent = PledgeMade | PledgeCancelled;
export const pledgeStream = (pledgeId: string): string => `pledge-${pledgeId}`;
