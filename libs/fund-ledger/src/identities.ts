import { derivedId } from '@ledger/kernel';

// Ids are derived from the code first given, so that the event store itself refuses a second thing with the same code:
// its stream exists already. A code that is changed later leaves the id as it is.

export const associationIdOf = (rootCode: string, code: string): string => derivedId('association', rootCode, code);
export const fundIdOf = (rootCode: string, code: string): string => derivedId('fund', rootCode, code);
export const campaignIdOf = (rootCode: string, code: string): string => derivedId('campaign', rootCode, code);
export const donorIdOf = (rootCode: string, code: string): string => derivedId('donor', rootCode, code);
export const beneficiaryIdOf = (rootCode: string, code: string): string => derivedId('beneficiary', rootCode, code);
export const programIdOf = (rootCode: string, code: string): string => derivedId('scholarshipProgram', rootCode, code);
export const pledgeIdOf = (rootCode: string, code: string): string => derivedId('pledge', rootCode, code);
export const scholarshipIdOf = (fundId: string, code: string): string => derivedId('scholarship', fundId, code);
export const awardIdOf = (commandId: string): string => derivedId('award', commandId);
export const transferIdOf = (commandId: string): string => derivedId('transfer', commandId);
export const transferAdjustmentIdOf = (commandId: string): string => derivedId('transferAdjustment', commandId);
