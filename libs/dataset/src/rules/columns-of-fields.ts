import type { FileName } from '../format.js';

type Columns = Readonly<Record<string, string>>;

const MOVEMENT_OF_DONOR: Columns = { '/donorId': 'donor_code', '/associationId': 'association_code', '/fundId': 'fund_code', '/campaignId': 'campaign_code', '/pledgeId': 'pledge_code' };
const CODED: Columns = { '/code': 'code', '/rootCode': 'code', '/name': 'name', '/associationId': 'association_code' };

/** Which column a field of the row's command came from. */
const COLUMNS: Readonly<Record<FileName, Columns>> = {
  associations: { ...CODED, '/parentId': 'parent_code', '/level': 'level', '/members': 'members', '/establishedOn': 'established_on' },
  funds: {
    ...CODED, '/restriction': 'restriction', '/purpose': 'purpose', '/openedOn': 'opened_on', '/endowmentPrincipal': 'endowment_principal',
    '/opening/cash': 'opening_cash', '/opening/bank': 'opening_bank', '/opening/goods': 'opening_goods',
  },
  campaigns: { ...CODED, '/startsOn': 'starts_on', '/endsOn': 'ends_on', '/target': 'target' },
  donors: { ...CODED, '/kind': 'kind' },
  beneficiaries: { ...CODED, '/kind': 'kind', '/school': 'school' },
  scholarship_programs: { ...CODED, '/fundId': 'fund_code', '/partner': 'partner' },
  pledges: { ...MOVEMENT_OF_DONOR, '/code': 'code', '/amount': 'amount', '/effectiveOn': 'pledged_on', '/dueOn': 'due_on' },
  donations: { ...MOVEMENT_OF_DONOR, '/externalReference': 'receipt_no', '/effectiveOn': 'received_on', '/account': 'account', '/amount': 'amount' },
  direct_support: { ...MOVEMENT_OF_DONOR, '/reference': 'reference', '/effectiveOn': 'given_on', '/form': 'form', '/amount': 'amount', '/recipients': 'recipients' },
  scholarships: {
    '/code': 'code', '/programId': 'program_code', '/fundId': 'program_code', '/purpose': 'program_code', '/beneficiaryId': 'beneficiary_code',
    '/effectiveOn': 'awarded_on', '/amount': 'amount', '/instalments': 'instalments',
  },
  scholarship_payments: {
    '/externalReference': 'voucher_no', '/effectiveOn': 'paid_on', '/scholarshipId': 'scholarship_code', '/fundId': 'scholarship_code',
    '/beneficiaryId': 'scholarship_code', '/purpose': 'scholarship_code', '/instalment': 'instalment', '/account': 'account', '/amount': 'amount',
  },
  awards: {
    '/code': 'code', '/associationId': 'association_code', '/effectiveOn': 'granted_on', '/beneficiaryId': 'recipient_code', '/fundId': 'fund_code',
    '/purpose': 'fund_code', '/externalReference': 'voucher_no', '/account': 'account', '/amount': 'amount',
  },
  disbursements: {
    '/externalReference': 'voucher_no', '/effectiveOn': 'paid_on', '/fundId': 'fund_code', '/purpose': 'purpose', '/beneficiaryId': 'beneficiary_code',
    '/recipients': 'recipients', '/account': 'account', '/amount': 'amount',
  },
  transfers: {
    '/externalReference': 'reference', '/effectiveOn': 'transferred_on', '/fundId': 'from_fund_code', '/fromAccount': 'from_account',
    '/toFundId': 'to_fund_code', '/toAccount': 'to_account', '/amount': 'amount',
  },
  adjustments: {
    '/externalReference': 'reference', '/effectiveOn': 'adjusted_on', '/fundId': 'adjusts', '/adjusts': 'adjusts', '/delta': 'delta', '/amount': 'delta',
    '/reason': 'reason',
  },
};

/** The column that a refusal's field (a JSON Pointer into the row's command) is written in; undefined where none is to blame. */
export function columnOfField(file: FileName, field: string | undefined): string | undefined {
  return field === undefined ? undefined : COLUMNS[file][field];
}
