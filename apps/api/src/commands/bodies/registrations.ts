import {
  ASSOCIATION_LEVELS, BENEFICIARY_KINDS, DONOR_KINDS, FUND_PURPOSES, RESTRICTIONS,
  type AssociationLevel, type BeneficiaryKind, type DonorKind, type FundPurpose, type Restriction,
} from '@ledger/fund-ledger';
import { Amount, AmountOrZero, Choice, Code, Count, DayField, Field, FreeTextField, Name, Reference } from '../../http/fields.js';
import { checkAmountOrZero, type Check } from '../../http/field-checks.js';
import { pointerToken } from '../../http/problem.js';

const TREE = { description: 'The code of the tree\'s root association; codes are unique within a tree.' };

export class AssociationBody {
  @Code({ optional: true, description: 'The code of the tree\'s root association. Left out for a root itself.' }) tree?: string;
  @Code() code!: string;
  @Name() name!: string;
  @Choice(ASSOCIATION_LEVELS) level!: AssociationLevel;
  @Reference({ optional: true, description: 'The association above, as id or `tree:code`. Left out for a root.' }) parent?: string;
  @Count(0) members!: number;
  @DayField() establishedOn!: string;
}

export class RenameBody {
  @Name() name!: string;
  @DayField() effectiveOn!: string;
}

export class MembersBody {
  @Count(0) members!: number;
  @DayField() effectiveOn!: string;
}

const ACCOUNTS = ['cash', 'bank', 'goods'];
const checkOpening: Check = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { code: 'not_an_object' };
  const amounts = value as Record<string, unknown>;
  for (const account of ACCOUNTS) {
    if (!Object.hasOwn(amounts, account)) return { code: 'field_missing', at: `/${account}` };
    const fault = checkAmountOrZero(amounts[account]);
    if (fault) return { ...fault, at: `/${account}` };
  }
  const unknown = Object.keys(amounts).find((key) => !ACCOUNTS.includes(key));
  return unknown === undefined ? undefined : { code: 'field_unknown', at: `/${pointerToken(unknown)}` };
};

export class OpeningAmounts {
  @AmountOrZero() cash!: string;
  @AmountOrZero() bank!: string;
  @AmountOrZero() goods!: string;
}

export class FundBody {
  @Code(TREE) tree!: string;
  @Code() code!: string;
  @Name() name!: string;
  @Reference() association!: string;
  @Choice(RESTRICTIONS) restriction!: Restriction;
  @Choice(FUND_PURPOSES, { optional: true, description: 'Needed where the fund is restricted, refused otherwise.' }) purpose?: FundPurpose;
  @DayField() openedOn!: string;
  @Field(checkOpening, { type: () => OpeningAmounts }) opening!: OpeningAmounts;
  @AmountOrZero({ description: 'What of the bank account is never spent.' }) endowmentPrincipal!: string;
}

export class CampaignBody {
  @Code(TREE) tree!: string;
  @Code() code!: string;
  @Reference() association!: string;
  @Name() name!: string;
  @DayField() startsOn!: string;
  @DayField({ optional: true }) endsOn?: string;
  @Amount({ optional: true }) target?: string;
}

export class ScholarshipProgramBody {
  @Code(TREE) tree!: string;
  @Code() code!: string;
  @Reference() fund!: string;
  @Name() name!: string;
  @Name({ optional: true }) partner?: string;
}

export class DonorBody {
  @Code(TREE) tree!: string;
  @Code() code!: string;
  @Choice(DONOR_KINDS) kind!: DonorKind;
  @Name({ description: 'Sealed under the donor\'s own key unless the donor is an organisation.' }) name!: string;
  @FreeTextField({ optional: true, description: 'Sealed with the name; refused for an organisation.' }) contact?: string;
}

export class BeneficiaryBody {
  @Code(TREE) tree!: string;
  @Code() code!: string;
  @Choice(BENEFICIARY_KINDS) kind!: BeneficiaryKind;
  @Reference() association!: string;
  @Name({ description: 'Sealed under the person\'s own key unless it is a group.' }) name!: string;
  @DayField({ optional: true, description: 'Sealed with the name; refused for a group.' }) dateOfBirth?: string;
  @Name({ optional: true, description: 'Sealed with the name unless it is a group.' }) school?: string;
  @FreeTextField({ optional: true, description: 'Sealed with the name; refused for a group.' }) contact?: string;
}

export class ErasureBody {
  @FreeTextField({ optional: true, description: 'Why. Stored in clear for ever: name nobody.' }) reason?: string;
}

export class PledgeBody {
  @Code(TREE) tree!: string;
  @Code() code!: string;
  @Reference() donor!: string;
  @Reference() fund!: string;
  @Reference({ optional: true }) campaign?: string;
  @Amount() amount!: string;
  @DayField() effectiveOn!: string;
  @DayField({ optional: true }) dueOn?: string;
}

export class PledgeCancellationBody {
  @DayField() effectiveOn!: string;
  @FreeTextField({ description: 'Stored in clear unless `donor` is given.' }) reason!: string;
  @Reference({ optional: true, description: 'The pledge\'s donor, where the reason names them: it is then sealed under their key.' }) donor?: string;
}
