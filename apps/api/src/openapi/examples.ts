/** A request that the document shows, and that a test sends to a real server. */
export interface RequestExample {
  /** The operationId. */
  readonly operation: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

const fund = 'VD:QUY-1';
const bank = { account: 'bank' };

/**
 * One story in one made-up tree, in the order in which it happens: each request needs only what those above it made.
 * No name in it is a person's.
 */
export const COMMAND_EXAMPLES: readonly RequestExample[] = [
  { operation: 'registerAssociation', body: { code: 'VD', name: 'Hội Khuyến học tỉnh Ví Dụ', level: 'province', members: 1200, establishedOn: '1996-10-02' } },
  { operation: 'renameAssociation', path: { association: 'VD:VD' }, body: { name: 'Hội Khuyến học tỉnh Ví Dụ Mới', effectiveOn: '2024-01-01' } },
  { operation: 'countMembers', path: { association: 'VD:VD' }, body: { members: 1234, effectiveOn: '2024-01-31' } },
  {
    operation: 'openFund',
    body: {
      tree: 'VD', code: 'QUY-1', name: 'Quỹ Khuyến học Ví Dụ', association: 'VD:VD', restriction: 'unrestricted', openedOn: '2024-01-01',
      opening: { cash: '5000000', bank: '95000000', goods: '0' }, endowmentPrincipal: '20000000',
    },
  },
  {
    operation: 'openFund',
    body: {
      tree: 'VD', code: 'QUY-2', name: 'Quỹ Học bổng Ví Dụ', association: 'VD:VD', restriction: 'restricted', purpose: 'scholarship', openedOn: '2024-01-01',
      opening: { cash: '0', bank: '0', goods: '0' }, endowmentPrincipal: '0',
    },
  },
  { operation: 'renameFund', path: { fund }, body: { name: 'Quỹ Khuyến học tỉnh Ví Dụ', effectiveOn: '2024-02-01' } },
  { operation: 'launchCampaign', body: { tree: 'VD', code: 'TET-24', association: 'VD:VD', name: 'Tết khuyến học 2024', startsOn: '2024-01-02', endsOn: '2024-03-31', target: '200000000' } },
  { operation: 'establishScholarshipProgram', body: { tree: 'VD', code: 'HB-VUOT-KHO', fund, name: 'Học bổng Vượt khó', partner: 'Ngân hàng Ví Dụ' } },
  { operation: 'registerDonor', body: { tree: 'VD', code: 'NHT-1', kind: 'organisation', name: 'Công ty Ví Dụ' } },
  { operation: 'registerDonor', body: { tree: 'VD', code: 'NHT-2', kind: 'individual', name: 'Người Ví Dụ Hai', contact: 'nguoi.hai@example.vn' } },
  { operation: 'registerBeneficiary', body: { tree: 'VD', code: 'HS-1', kind: 'pupil', association: 'VD:VD', name: 'Người Ví Dụ Một', dateOfBirth: '2010-05-19', school: 'Trường THCS Ví Dụ' } },
  { operation: 'makePledge', body: { tree: 'VD', code: 'CK-1', donor: 'VD:NHT-1', fund, campaign: 'VD:TET-24', amount: '50000000', effectiveOn: '2024-01-05', dueOn: '2024-03-31' } },
  {
    operation: 'receiveDonation', path: { fund },
    body: { effectiveOn: '2024-01-10', externalReference: 'PT-001', ...bank, amount: '30000000', donor: 'VD:NHT-1', campaign: 'VD:TET-24', pledge: 'VD:CK-1' },
  },
  { operation: 'cancelPledge', path: { pledge: 'VD:CK-1' }, body: { effectiveOn: '2024-04-01', reason: 'Phần còn lại không thực hiện được.' } },
  { operation: 'creditInterest', path: { fund }, body: { effectiveOn: '2024-01-31', amount: '125000' } },
  { operation: 'chargeBankFee', path: { fund }, body: { effectiveOn: '2024-01-31', amount: '11000' } },
  { operation: 'addToEndowment', path: { fund }, body: { effectiveOn: '2024-02-01', amount: '1000000', from: 'available' } },
  { operation: 'moveBetweenAccounts', path: { fund }, body: { effectiveOn: '2024-02-02', fromAccount: 'bank', toAccount: 'cash', amount: '2000000' } },
  {
    operation: 'awardScholarship', path: { fund },
    body: { effectiveOn: '2024-02-05', code: 'HB-001', program: 'VD:HB-VUOT-KHO', beneficiary: 'VD:HS-1', amount: '6000000', instalments: 3 },
  },
  {
    operation: 'payInstalment', path: { fund, scholarship: 'VD:HB-001' },
    body: { effectiveOn: '2024-02-10', externalReference: 'PC-001', instalment: 1, ...bank, amount: '2000000', beneficiary: 'VD:HS-1' },
  },
  { operation: 'revokeScholarship', path: { fund, scholarship: 'VD:HB-001' }, body: { effectiveOn: '2024-06-01', reason: 'Học sinh nhận học bổng khác.', beneficiary: 'VD:HS-1' } },
  {
    operation: 'awardPrize', path: { fund },
    body: {
      effectiveOn: '2024-05-31', externalReference: 'PC-002', code: 'KT-001', association: 'VD:VD', title: 'Học sinh giỏi cấp tỉnh',
      awardKind: 'prize', recipientKind: 'individual', beneficiary: 'VD:HS-1', account: 'cash', amount: '500000',
    },
  },
  { operation: 'payDisbursement', path: { fund }, body: { effectiveOn: '2024-05-20', externalReference: 'PC-003', purpose: 'gift', recipients: 20, account: 'cash', amount: '4000000', description: '20 suất quà' } },
  { operation: 'conferHonour', path: { association: 'VD:VD' }, body: { code: 'BK-001', effectiveOn: '2024-05-31', title: 'Dòng họ học tập tiêu biểu', awardKind: 'certificate_of_merit', recipientKind: 'individual', beneficiary: 'VD:HS-1' } },
  { operation: 'reportDirectSupport', path: { association: 'VD:VD' }, body: { reference: 'TT-001', effectiveOn: '2024-04-15', donor: 'VD:NHT-1', form: 'goods', amount: '15000000', recipients: 60 } },
  { operation: 'adjustVoucher', path: { fund }, body: { effectiveOn: '2024-02-01', adjusts: { kind: 'receipt', externalReference: 'PT-001' }, delta: '-1000000', reason: 'Ghi thừa so với sao kê.' } },
  {
    operation: 'sendTransfer', path: { fund: 'VD:QUY-1' },
    body: { effectiveOn: '2024-06-10', externalReference: 'CK-001', fromAccount: 'bank', toFund: 'VD:QUY-2', toAccount: 'bank', amount: '10000000' },
  },
  { operation: 'closeBooks', path: { fund }, body: { through: '2024-06-30' } },
  { operation: 'eraseDonor', path: { donor: 'VD:NHT-2' }, body: { reason: 'Theo yêu cầu của chủ thể dữ liệu.' } },
  { operation: 'eraseBeneficiary', path: { beneficiary: 'VD:HS-1' }, body: {} },
];

const HEADERS = {
  'associations.csv': 'code,name,level,parent_code,members,established_on',
  'funds.csv': 'code,association_code,name,restriction,purpose,endowment_principal,opened_on,opening_cash,opening_bank,opening_goods',
  'campaigns.csv': 'code,association_code,name,starts_on,ends_on,target',
  'donors.csv': 'code,name,kind',
  'beneficiaries.csv': 'code,name,kind,date_of_birth,association_code,school',
  'scholarship_programs.csv': 'code,fund_code,name,partner',
  'pledges.csv': 'posted_seq,code,donor_code,fund_code,campaign_code,amount,pledged_on,due_on',
  'donations.csv': 'posted_seq,receipt_no,received_on,fund_code,donor_code,campaign_code,pledge_code,account,amount,description',
  'direct_support.csv': 'posted_seq,reference,given_on,association_code,donor_code,form,amount,recipients,description',
  'scholarships.csv': 'posted_seq,code,program_code,beneficiary_code,awarded_on,amount,instalments',
  'scholarship_payments.csv': 'posted_seq,voucher_no,paid_on,scholarship_code,instalment,account,amount',
  'awards.csv': 'posted_seq,code,association_code,granted_on,title,kind,recipient_kind,recipient_code,fund_code,voucher_no,account,amount',
  'disbursements.csv': 'posted_seq,voucher_no,paid_on,fund_code,purpose,beneficiary_code,recipients,account,amount,description',
  'transfers.csv': 'posted_seq,reference,transferred_on,from_fund_code,from_account,to_fund_code,to_account,amount,description',
  'adjustments.csv': 'posted_seq,reference,adjusted_on,adjusts,delta,reason',
};

/** A set with a tree of its own and one fund in it: the text of each file that an upload must have. */
export const IMPORT_EXAMPLE: Readonly<Record<string, string>> = {
  ...HEADERS,
  'associations.csv': `${HEADERS['associations.csv']}\nNK,Hội Khuyến học Nhập Khẩu,commune,,12,2001-05-19\n`,
  'funds.csv': `${HEADERS['funds.csv']}\nNK-Q,NK,Quỹ Khuyến học,unrestricted,,0,2024-01-01,1000000,0,0\n`,
};
