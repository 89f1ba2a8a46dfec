import type { DomainEvent } from '@ledger/kernel';

export type ScholarshipProgramEstablished = DomainEvent<'ScholarshipProgramEstablished', {
  readonly programId: string;
  readonly code: string;
  readonly fundId: string;
  readonly name: string;
  readonly partner?: string;
}>;
export type ScholarshipProgramEvent = ScholarshipProgramEstablished;
export const scholarshipProgramStream = (programId: string): string => `scholarshipProgram-${programId}`;
