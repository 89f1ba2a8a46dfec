import type { Day, DomainEvent } from '@ledger/kernel';
import type { AssociationLevel } from '../vocabulary.js';

export type AssociationRegistered = DomainEvent<'AssociationRegistered', {
  readonly associationId: string;
  /** The root of its tree: itself where it has no parent. Codes are unique within a tree. */
  readonly rootId: string;
  readonly rootCode: string;
  readonly parentId?: string;
  readonly code: string;
  readonly name: string;
  readonly level: AssociationLevel;
  readonly members: number;
  readonly establishedOn?: Day;
}>;
export type AssociationRenamed = DomainEvent<'AssociationRenamed', { readonly associationId: string; readonly name: string; readonly effectiveOn: Day }>;
export type MembersCounted = DomainEvent<'MembersCounted', { readonly associationId: string; readonly members: number; readonly effectiveOn: Day }>;

export type AssociationEvent = AssociationRegistered | AssociationRenamed | MembersCounted;
export const associationStream = (associationId: string): string => `association-${associationId}`;
