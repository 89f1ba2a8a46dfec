import { Injectable, type PipeTransform } from '@nestjs/common';
import { isUuid } from '@ledger/kernel';
import {
  associationIdOf, beneficiaryIdOf, campaignIdOf, donorIdOf, fundIdOf, pledgeIdOf, programIdOf, scholarshipIdOf,
} from '@ledger/fund-ledger';
import { checkReference } from '../http/field-checks.js';
import { invalidInput } from '../http/problem.js';

const ID_OF = {
  association: associationIdOf, fund: fundIdOf, campaign: campaignIdOf, donor: donorIdOf,
  beneficiary: beneficiaryIdOf, program: programIdOf, pledge: pledgeIdOf,
} as const;

export type ReferenceKind = keyof typeof ID_OF;

/**
 * The id that a reference means: itself, or derived from `tree:code`, for ids derive from the root association's code
 * and the thing's own. So nothing has to be looked up, and whether such a thing exists is decided with the command.
 */
export function idOf(kind: ReferenceKind, reference: string): string {
  if (isUuid(reference)) return reference;
  const { tree, code } = treeAndCode(reference);
  return ID_OF[kind](tree, code);
}

/** A scholarship's code counts within its fund, which is known from the path: `tree:code` says nothing else. */
export function scholarshipIdIn(fundId: string, reference: string): string {
  return isUuid(reference) ? reference : scholarshipIdOf(fundId, treeAndCode(reference).code);
}

function treeAndCode(reference: string): { tree: string; code: string } {
  const colon = reference.indexOf(':');
  return { tree: reference.slice(0, colon), code: reference.slice(colon + 1) };
}

/** Checks that a path parameter has the form of a reference. */
@Injectable()
export class ReferencePipe implements PipeTransform<string, string> {
  transform(value: string, { data }: { readonly data?: string | undefined }): string {
    const fault = checkReference(value);
    if (fault) throw invalidInput([{ parameter: data ?? '', code: fault.code }]);
    return value;
  }
}
