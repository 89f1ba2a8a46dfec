import type { DomainEvent } from '@ledger/kernel';
import type { DonorKind } from '../vocabulary.js';

/**
 * `name` is plain for an organisation, which is no personal data; for everybody else `sealed` holds the profile
 * {name, contact?} under the donor's own key.
 */
export type DonorRegistered = DomainEvent<'DonorRegistered', {
  readonly donorId: string;
  readonly rootCode: string;
  readonly code: string;
  readonly kind: DonorKind;
  readonly name?: string;
  readonly sealed?: string;
}>;
/** The key is gone after it: every sealed text of the person stays unreadable for ever. */
export type PersonErased = DomainEvent<'PersonErased', { readonly personId: string; readonly reason?: string }>;

export type DonorEvent = DonorRegistered | PersonErased;
export const donorStream = (donorId: string): string => `donor-${donorId}`;
