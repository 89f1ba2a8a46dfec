import {
  ACCOUNTS, ADJUSTABLE_VOUCHER_KINDS, AWARD_KINDS, DISBURSEMENT_PURPOSES, RECIPIENT_KINDS, SUPPORT_FORMS,
  type Account, type AdjustableVoucherKind, type AwardKind, type DisbursementPurpose, type RecipientKind, type SupportForm,
} from '@ledger/fund-ledger';
import { Amount, Choice, Code, Count, DayField, Field, FreeTextField, Name, Reference, SignedAmount } from '../../http/fields.js';
import { checkChoice, checkCode, checkCount, type Check, type Fault } from '../../http/field-checks.js';
import { pointerToken } from '../../http/problem.js';

const PLAIN = 'Stored in clear: name no person.';
const SEALED = 'Sealed under the key of the person that the movement names.';

/** What every movement of a fund may say besides its own figures. */
export class MovementBody {
  @DayField({ description: 'The day that the movement counts on; never after today (UTC+7).' }) effectiveOn!: string;
  @DayField({ optional: true, description: 'The date on the paper, where it differs.' }) documentDate?: string;
  @Code({ optional: true, description: 'The number on the paper, unique per fund and kind of voucher.' }) externalReference?: string;
}

class PlainMovementBody extends MovementBody {
  @FreeTextField({ optional: true, description: PLAIN }) description?: string;
}
class PersonMovementBody extends MovementBody {
  @FreeTextField({ optional: true, description: SEALED }) description?: string;
}

export class DonationBody extends PersonMovementBody {
  @Choice(ACCOUNTS) account!: Account;
  @Amount() amount!: string;
  @Reference() donor!: string;
  @Reference({ optional: true }) campaign?: string;
  @Reference({ optional: true }) pledge?: string;
}

export class ScholarshipBody extends PersonMovementBody {
  @Code() code!: string;
  @Reference() program!: string;
  @Reference() beneficiary!: string;
  @Amount() amount!: string;
  @Count(1, 1000) instalments!: number;
}

export class InstalmentBody extends PersonMovementBody {
  @Count(1, 1000) instalment!: number;
  @Choice(ACCOUNTS) account!: Account;
  @Amount() amount!: string;
  @Reference({ description: 'Whom the instalment is handed to: refused unless the scholarship is theirs.' }) beneficiary!: string;
}

export class RevocationBody extends MovementBody {
  @FreeTextField({ description: 'Stored in clear unless `beneficiary` is given.' }) reason!: string;
  @Reference({ optional: true, description: 'The scholar, where the reason names them: it is then sealed under their key.' }) beneficiary?: string;
}

export class PrizeBody extends PersonMovementBody {
  @Code() code!: string;
  @Reference({ description: 'The association that grants it; it need not be the fund\'s.' }) association!: string;
  @Name() title!: string;
  @Choice(AWARD_KINDS) awardKind!: AwardKind;
  @Choice(RECIPIENT_KINDS) recipientKind!: RecipientKind;
  @Reference() beneficiary!: string;
  @Choice(ACCOUNTS) account!: Account;
  @Amount() amount!: string;
}

export class HonourBody {
  @Code() code!: string;
  @DayField() effectiveOn!: string;
  @Name() title!: string;
  @Choice(AWARD_KINDS) awardKind!: AwardKind;
  @Choice(RECIPIENT_KINDS) recipientKind!: RecipientKind;
  @Reference() beneficiary!: string;
}

export class DirectSupportBody {
  @Code({ description: 'Unique in the association.' }) reference!: string;
  @DayField() effectiveOn!: string;
  @Reference() donor!: string;
  @Choice(SUPPORT_FORMS) form!: SupportForm;
  @Amount() amount!: string;
  @Count(0) recipients!: number;
  @FreeTextField({ optional: true, description: SEALED }) description?: string;
}

export class DisbursementBody extends MovementBody {
  @Choice(DISBURSEMENT_PURPOSES) purpose!: DisbursementPurpose;
  @Reference({ optional: true }) beneficiary?: string;
  @Count(0) recipients!: number;
  @Choice(ACCOUNTS) account!: Account;
  @Amount() amount!: string;
  @FreeTextField({ optional: true, description: `With a beneficiary: ${SEALED.toLowerCase()} Without: ${PLAIN.toLowerCase()}` }) description?: string;
}

export class AccountMoveBody extends PlainMovementBody {
  @Choice(ACCOUNTS) fromAccount!: Account;
  @Choice(ACCOUNTS) toAccount!: Account;
  @Amount() amount!: string;
}

export class TransferBody extends PlainMovementBody {
  @Choice(ACCOUNTS) fromAccount!: Account;
  @Reference() toFund!: string;
  @Choice(ACCOUNTS) toAccount!: Account;
  @Amount() amount!: string;
}

const checkYear = checkCount(1900, 9999);
const checkNumber = checkCount(1, Number.MAX_SAFE_INTEGER);
const ADJUSTS: Readonly<Record<string, Check>> = {
  kind: checkChoice(ADJUSTABLE_VOUCHER_KINDS), year: checkYear, number: checkNumber, externalReference: checkCode,
};

const checkAdjusts: Check = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { code: 'not_an_object' };
  const wanted = Object.hasOwn(value, 'externalReference') ? ['kind', 'externalReference'] : ['kind', 'year', 'number'];
  const place = value as Record<string, unknown>;
  for (const key of wanted) {
    const fault: Fault | undefined = Object.hasOwn(place, key) ? ADJUSTS[key]!(place[key]) : { code: 'field_missing' };
    if (fault) return { ...fault, at: `/${key}` };
  }
  const unknown = Object.keys(place).find((key) => !wanted.includes(key));
  return unknown === undefined ? undefined : { code: 'field_unknown', at: `/${pointerToken(unknown)}` };
};

/** Either `kind`, `year` and `number` as the ledger gave them, or `kind` and the number on the paper. */
export class AdjustedVoucherBody {
  @Choice(ADJUSTABLE_VOUCHER_KINDS) kind!: AdjustableVoucherKind;
  @Count(1900, 9999, { optional: true }) year?: number;
  @Count(1, Number.MAX_SAFE_INTEGER, { optional: true }) number?: number;
  @Code({ optional: true }) externalReference?: string;
}

export class AdjustmentBody extends PlainMovementBody {
  @Field(checkAdjusts, { type: () => AdjustedVoucherBody }) adjusts!: AdjustedVoucherBody;
  @SignedAmount({ description: 'In the sense of the original: a receipt of 100 adjusted by −30 is a receipt of 70.' }) delta!: string;
  @FreeTextField({ description: PLAIN }) reason!: string;
}

export class InterestBody extends PlainMovementBody {
  @Amount() amount!: string;
}

export class BankFeeBody extends PlainMovementBody {
  @Amount() amount!: string;
}

const ENDOWMENT_SOURCES = ['donation', 'available'] as const;

export class EndowmentAdditionBody extends PlainMovementBody {
  @Amount() amount!: string;
  @Choice(ENDOWMENT_SOURCES) from!: (typeof ENDOWMENT_SOURCES)[number];
  @Reference({ optional: true, description: 'Needed where it comes by donation.' }) donor?: string;
}

export class ClosingBody {
  @DayField({ description: 'The last day that is closed.' }) through!: string;
}
