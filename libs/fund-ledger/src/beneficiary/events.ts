import type { DomainEvent } from '@ledger/kernel';
import type { PersonErased } from '../donor/events.js';
import type { BeneficiaryKind } from '../vocabulary.js';

/** A group's name is plain; a person's or family's profile {name, dateOfBirth?, school?, contact?} is sealed under its own key. */
export type BeneficiaryRegistered = DomainEvent<'BeneficiaryRegistered', {
  readonly beneficiaryId: string;
  readonly rootCode: string;
  readonly code: string;
  readonly kind: BeneficiaryKind;
  readonly associationId: string;
  readonly name?: string;
  readonly school?: string;
  readonly sealed?: string;
}>;
export type BeneficiaryEvent = BeneficiaryRegistered | PersonErased;
export const beneficiaryStream = (beneficiaryId: string): string => `beneficiary-${beneficiaryId}`;
