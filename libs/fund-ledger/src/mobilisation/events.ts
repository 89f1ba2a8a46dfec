import type { Day, DomainEvent, DongText } from '@ledger/kernel';
import type { AwardKind, FreeText, RecipientKind, SupportForm } from '../vocabulary.js';

// What counts for the movement and never touches a fund: stream `mobilisation-{associationId}`.

export type DirectSupportReported = DomainEvent<'DirectSupportReported', {
  readonly associationId: string;
  readonly reference: string;
  readonly effectiveOn: Day;
  readonly donorId: string;
  readonly form: SupportForm;
  readonly amount: DongText;
  readonly recipients: number;
  readonly description?: FreeText;
}>;

/** An award without money. */
export type HonourConferred = DomainEvent<'HonourConferred', {
  readonly associationId: string;
  readonly awardId: string;
  readonly code: string;
  readonly effectiveOn: Day;
  readonly title: string;
  readonly awardKind: AwardKind;
  readonly recipientKind: RecipientKind;
  readonly beneficiaryId: string;
}>;

export type MobilisationEvent = DirectSupportReported | HonourConferred;
export const mobilisationStream = (associationId: string): string => `mobilisation-${associationId}`;
