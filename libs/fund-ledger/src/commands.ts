import type { Day, Dong } from '@ledger/kernel';
import type { AdjustedVoucher } from './fund-book/events.js';
import type {
  Account, AdjustableVoucherKind, AssociationLevel, AwardKind, BeneficiaryKind, DisbursementPurpose, DonorKind, FreeText,
  FundPurpose, RecipientKind, Restriction, SupportForm,
} from './vocabulary.js';

// Commands as the deciders take them: ids resolved, amounts as bigint, personal text sealed already.

/** What every movement may say besides its own figures. */
export interface MovementInput {
  readonly fundId: string;
  readonly effectiveOn: Day;
  readonly documentDate?: Day;
  readonly externalReference?: string;
  readonly description?: FreeText;
}

export interface AccountAmounts { readonly cash: Dong; readonly bank: Dong; readonly goods: Dong }

export type RegisterAssociation = { readonly type: 'RegisterAssociation'; readonly associationId: string; readonly rootId: string; readonly rootCode: string;
  readonly parentId?: string; readonly code: string; readonly name: string; readonly level: AssociationLevel; readonly members: number; readonly establishedOn?: Day };
export type RenameAssociation = { readonly type: 'RenameAssociation'; readonly associationId: string; readonly name: string; readonly effectiveOn: Day };
export type CountMembers = { readonly type: 'CountMembers'; readonly associationId: string; readonly members: number; readonly effectiveOn: Day };

/** Answered by `FundOpened` in the fund's stream; `OpenFundBook` follows it in the book. */
export type OpenFund = { readonly type: 'OpenFund'; readonly fundId: string; readonly rootCode: string; readonly code: string; readonly name: string;
  readonly associationId: string; readonly restriction: Restriction; readonly purpose?: FundPurpose; readonly openedOn: Day;
  readonly opening: AccountAmounts; readonly endowmentPrincipal: Dong };
export type RenameFund = { readonly type: 'RenameFund'; readonly fundId: string; readonly name: string; readonly effectiveOn: Day };

export type LaunchCampaign = { readonly type: 'LaunchCampaign'; readonly campaignId: string; readonly code: string; readonly associationId: string;
  readonly name: string; readonly startsOn?: Day; readonly endsOn?: Day; readonly target?: Dong };
export type EstablishScholarshipProgram = { readonly type: 'EstablishScholarshipProgram'; readonly programId: string; readonly code: string;
  readonly fundId: string; readonly name: string; readonly partner?: string };

/** Exactly one of `name` (organisation) and `sealed` (individual, anonymous) is given. */
export type RegisterDonor = { readonly type: 'RegisterDonor'; readonly donorId: string; readonly rootCode: string; readonly code: string;
  readonly kind: DonorKind; readonly name?: string; readonly sealed?: string };
/** Exactly one of `name` (group) and `sealed` (everybody else) is given. */
export type RegisterBeneficiary = { readonly type: 'RegisterBeneficiary'; readonly beneficiaryId: string; readonly rootCode: string; readonly code: string;
  readonly kind: BeneficiaryKind; readonly associationId: string; readonly name?: string; readonly school?: string; readonly sealed?: string };
export type ErasePerson = { readonly type: 'ErasePerson'; readonly personId: string; readonly personKind: 'donor' | 'beneficiary'; readonly reason?: string };

export type MakePledge = { readonly type: 'MakePledge'; readonly pledgeId: string; readonly code: string; readonly donorId: string; readonly fundId: string;
  readonly campaignId?: string; readonly amount: Dong; readonly effectiveOn: Day; readonly dueOn?: Day };
export type CancelPledge = { readonly type: 'CancelPledge'; readonly pledgeId: string; readonly effectiveOn: Day; readonly reason: FreeText };

export type ReportDirectSupport = { readonly type: 'ReportDirectSupport'; readonly associationId: string; readonly reference: string; readonly effectiveOn: Day;
  readonly donorId: string; readonly form: SupportForm; readonly amount: Dong; readonly recipients: number; readonly description?: FreeText };
export type ConferHonour = { readonly type: 'ConferHonour'; readonly associationId: string; readonly awardId: string; readonly code: string;
  readonly effectiveOn: Day; readonly title: string; readonly awardKind: AwardKind; readonly recipientKind: RecipientKind; readonly beneficiaryId: string };

export type OpenFundBook = MovementInput & { readonly type: 'OpenFundBook'; readonly associationId: string; readonly restriction: Restriction;
  readonly purpose?: FundPurpose; readonly opening: AccountAmounts; readonly endowmentPrincipal: Dong };
export type ReceiveDonation = MovementInput & { readonly type: 'ReceiveDonation'; readonly account: Account; readonly amount: Dong; readonly donorId: string;
  readonly campaignId?: string; readonly pledgeId?: string };
export type AwardScholarship = MovementInput & { readonly type: 'AwardScholarship'; readonly scholarshipId: string; readonly code: string; readonly programId: string;
  readonly beneficiaryId: string; readonly amount: Dong; readonly instalments: number };
/** `beneficiaryId`, where given, must be the scholarship's: it guards against paying somebody else's instalment. */
export type PayInstalment = MovementInput & { readonly type: 'PayInstalment'; readonly scholarshipId: string; readonly instalment: number;
  readonly account: Account; readonly amount: Dong; readonly beneficiaryId?: string };
export type RevokeScholarship = MovementInput & { readonly type: 'RevokeScholarship'; readonly scholarshipId: string; readonly reason: FreeText };
export type AwardPrize = MovementInput & { readonly type: 'AwardPrize'; readonly awardId: string; readonly code: string; readonly associationId: string;
  readonly title: string; readonly awardKind: AwardKind; readonly recipientKind: RecipientKind; readonly beneficiaryId: string;
  readonly account: Account; readonly amount: Dong };
export type PayDisbursement = MovementInput & { readonly type: 'PayDisbursement'; readonly purpose: DisbursementPurpose; readonly beneficiaryId?: string;
  readonly recipients: number; readonly account: Account; readonly amount: Dong };
export type MoveBetweenAccounts = MovementInput & { readonly type: 'MoveBetweenAccounts'; readonly fromAccount: Account; readonly toAccount: Account; readonly amount: Dong };
/** To another fund. What the receiving book says of itself comes through `EarlierRecord.receivingFund`. */
export type SendTransfer = MovementInput & { readonly type: 'SendTransfer'; readonly transferId: string; readonly fromAccount: Account; readonly toFundId: string;
  readonly toAccount: Account; readonly amount: Dong };
export type ReceiveTransfer = MovementInput & { readonly type: 'ReceiveTransfer'; readonly transferId: string; readonly fromFundId: string;
  readonly fromAccount: Account; readonly account: Account; readonly amount: Dong; readonly sentOn: Day; readonly senderReference?: string };

/** The voucher that an adjustment names, as found in the log (never taken from the client). */
export interface VoucherOnRecord {
  /** Where the event stands in the book's stream. */
  readonly revision: bigint;
  readonly event: { readonly type: string; readonly data: object };
}
export type AdjustVoucher = MovementInput & { readonly type: 'AdjustVoucher';
  readonly adjusts: { readonly kind: AdjustableVoucherKind; readonly year: number; readonly number: number } | { readonly kind: AdjustableVoucherKind; readonly externalReference: string };
  readonly delta: Dong; readonly reason: FreeText; readonly adjustmentId: string };
/** The other half of an adjusted transfer between funds; never refused for money. */
export type FollowTransferAdjustment = MovementInput & { readonly type: 'FollowTransferAdjustment'; readonly adjustmentId: string; readonly transferId: string;
  readonly side: 'sent' | 'received'; readonly counterpartFundId: string; readonly counterpartAccount: Account; readonly account: Account; readonly delta: Dong; readonly adjusts: AdjustedVoucher; readonly reason: FreeText };

export type CreditInterest = MovementInput & { readonly type: 'CreditInterest'; readonly amount: Dong };
export type ChargeBankFee = MovementInput & { readonly type: 'ChargeBankFee'; readonly amount: Dong };
export type AddToEndowment = MovementInput & { readonly type: 'AddToEndowment'; readonly amount: Dong; readonly from: 'donation' | 'available'; readonly donorId?: string };
export type CloseBooks = { readonly type: 'CloseBooks'; readonly fundId: string; readonly through: Day };

export type FundBookCommand =
  | OpenFundBook | ReceiveDonation | AwardScholarship | PayInstalment | RevokeScholarship | AwardPrize | PayDisbursement | MoveBetweenAccounts
  | SendTransfer | ReceiveTransfer | AdjustVoucher | FollowTransferAdjustment | CreditInterest | ChargeBankFee | AddToEndowment | CloseBooks;

/** What the receiving book of a transfer says of itself; it never changes. */
export interface ReceivingFund { readonly restriction: Restriction; readonly purpose?: FundPurpose; readonly openedOn: Day }

/**
 * What the fold since the last closing cannot know, looked up by the handler and passed in the decision's context
 * beside the command. `earlierNeedsOf(command, state)` says what to look up, and where; `referencesOf` provides
 * `receivingFund`. What was not asked for may be left out.
 */
export interface EarlierRecord {
  /** The voucher to adjust: read back from the log (or from the events still waiting in the same batch). */
  readonly voucher?: VoucherOnRecord;
  /** The command's external reference stands in the closed stretch, on a voucher of the same kind. */
  readonly referenceTaken?: boolean;
  /** The scholarship was awarded in the closed stretch. */
  readonly scholarshipTaken?: boolean;
  /** The transfer, or the adjustment of one, was booked in the closed stretch. */
  readonly transferArrived?: boolean;
  readonly receivingFund?: ReceivingFund;
}

export type LedgerCommand =
  | RegisterAssociation | RenameAssociation | CountMembers | OpenFund | RenameFund | LaunchCampaign | EstablishScholarshipProgram
  | RegisterDonor | RegisterBeneficiary | ErasePerson | MakePledge | CancelPledge | ReportDirectSupport | ConferHonour
  | FundBookCommand;
