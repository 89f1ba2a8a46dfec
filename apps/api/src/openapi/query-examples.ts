import type { RequestExample } from './examples.js';

const fund = 'VD:QUY-1';
const association = 'VD:VD';

/** Questions about what the command examples recorded. */
export const QUERY_EXAMPLES: readonly RequestExample[] = [
  { operation: 'listAssociations', query: { tree: 'VD', level: 'province', limit: '50' } },
  { operation: 'getAssociation', path: { association } },
  { operation: 'getAssociationTotals', path: { association }, query: { from: '2024-01-01', to: '2024-12-31', scope: 'descendants' } },
  { operation: 'listMonthlyClosings', path: { association }, query: { from: '2024-01', to: '2024-03' } },
  { operation: 'listFunds', query: { tree: 'VD', under: association } },
  { operation: 'getFund', path: { fund } },
  { operation: 'getFundBalance', path: { fund }, query: { effectiveOn: '2024-02-29' } },
  { operation: 'listFundDays', path: { fund }, query: { from: '2024-01-01', to: '2024-01-31', limit: '2' } },
  { operation: 'getFundStatement', path: { fund }, query: { from: '2024-01-01', to: '2024-12-31', limit: '3' } },
  { operation: 'getFundStanding', path: { fund }, query: { effectiveOn: '2024-02-29', knownAt: '2024-05-31T23:59:59+07:00' } },
  { operation: 'getFundTrialBalance', path: { fund }, query: { from: '2024-02-01', to: '2024-12-31' } },
  { operation: 'getAssociationTrialBalance', path: { association }, query: { from: '2024-01-01', to: '2024-12-31', scope: 'descendants' } },
  { operation: 'listFundBalances', query: { under: association, effectiveOn: '2024-06-30' } },
  { operation: 'listCampaigns', query: { tree: 'VD', code: 'TET-24' } },
  { operation: 'listScholarshipPrograms', query: { tree: 'VD', fund } },
  { operation: 'getCampaignTotals', path: { campaign: 'VD:TET-24' }, query: { to: '2024-12-31' } },
  { operation: 'listPledges', query: { tree: 'VD', donor: 'VD:NHT-1', asOf: '2024-03-31' } },
  { operation: 'getPledgeTotals', query: { under: association, asOf: '2024-12-31' } },
  { operation: 'listDonors', query: { tree: 'VD', name: 'ví dụ' } },
  { operation: 'getDonor', path: { donor: 'VD:NHT-1' } },
  { operation: 'listBeneficiaries', query: { tree: 'VD', kind: 'pupil' } },
  { operation: 'getBeneficiary', path: { beneficiary: 'VD:HS-1' } },
  { operation: 'getBeneficiaryHistory', path: { beneficiary: 'VD:HS-1' }, query: { limit: '10' } },
  { operation: 'getBeneficiaryStatistics', query: { tree: 'VD', top: '3' } },
  { operation: 'getLiveness' },
  { operation: 'getReadiness' },
  { operation: 'getMetrics' },
];
