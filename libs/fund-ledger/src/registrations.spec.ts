import { isRefusal, LARGEST_AMOUNT } from '@ledger/kernel';
import { associationId, donorId, fundId, NOTHING_IN_IT, openFund, otherPupilId, programId, pupilId, ROOT, Story } from '../testing/stories.js';
import { associationIdOf, beneficiaryIdOf, deciderOf, donorIdOf, followUpOf, fundBookStream, fundIdOf, fundStream, type LedgerCommand } from './index.js';

const command = (type: string, fields: object) => ({ type, ...fields }) as LedgerCommand;
const child = (fields: object = {}) => command('RegisterAssociation', {
  associationId: associationIdOf(ROOT, 'T-01'), rootId: associationId, rootCode: ROOT, parentId: associationId, code: 'T-01', name: 'Hội huyện', level: 'district',
  members: 3, establishedOn: '2000-01-01', ...fields,
});

describe('an association', () => {
  it('is registered once, under a parent of its tree', () => {
    const story = new Story();
    story.refuse(child({ parentId: 'x' }), 'association_not_found');
    story.refuse(child({ rootCode: 'U' }), 'association_root_does_not_match');
    story.refuse(child({ rootId: 'u' }), 'association_root_does_not_match');
    story.refuse(child({ rootId: associationIdOf(ROOT, 'T-01'), rootCode: ROOT }), 'association_root_does_not_match');
    story.refuse(command('RegisterAssociation', { ...child(), associationId: 'new', parentId: undefined }), 'association_root_does_not_match');
    expect(story.accept(child())).toEqual({ type: 'AssociationRegistered', data: { ...child(), type: undefined } });
    story.refuse(child(), 'association_already_registered', { code: 'T-01' });
  });

  it('counts whole members and is not of the future', () => {
    const story = new Story();
    story.refuse(child({ members: -1 }), 'count_must_be_whole_and_not_negative');
    story.refuse(child({ establishedOn: '2024-03-11' }), 'date_is_after_today');
    expect(story.accept(child({ establishedOn: undefined })).data).not.toHaveProperty('establishedOn');
    story.accept(command('CountMembers', { associationId, members: 7, effectiveOn: '2024-03-10' }));
    story.refuse(command('CountMembers', { associationId, members: 7.5, effectiveOn: '2024-03-10' }), 'count_must_be_whole_and_not_negative');
    story.refuse(command('CountMembers', { associationId, members: 7, effectiveOn: '2024-03-11' }), 'date_is_after_today');
    story.refuse(command('CountMembers', { associationId: 'x', members: 7, effectiveOn: '2024-03-10' }), 'association_not_found');
  });

  it('is renamed from a day on', () => {
    const story = new Story();
    expect(story.accept(command('RenameAssociation', { associationId, name: 'Mới', effectiveOn: '2024-01-01' }))).toEqual({ type: 'AssociationRenamed', data: { associationId, name: 'Mới', effectiveOn: '2024-01-01' } });
    story.refuse(command('RenameAssociation', { associationId: 'x', name: 'Mới', effectiveOn: '2024-01-01' }), 'association_not_found');
    story.refuse(command('RenameAssociation', { associationId, name: 'Mới', effectiveOn: '2024-03-11' }), 'date_is_after_today');
  });
});

describe('a fund', () => {
  it('opens once, and its book opens with the same figures', () => {
    const story = new Story();
    const opened = story.accept(openFund('R', { restriction: 'restricted', purpose: 'scholarship', opening: { cash: 1n, bank: 20n, goods: 3n }, endowmentPrincipal: 20n }));
    const id = fundIdOf(ROOT, 'R');
    expect(story.events(fundBookStream(id))).toEqual([{
      type: 'FundBookOpened',
      data: {
        fundId: id, voucher: { kind: 'opening', year: 2023, number: 1 }, documentDate: '2023-01-01', effectiveOn: '2023-01-01', approvals: [], associationId,
        restriction: 'restricted', purpose: 'scholarship', opening: { cash: '1', bank: '20', goods: '3' }, endowmentPrincipal: '20',
      },
    }]);
    story.refuse(openFund('R'), 'fund_already_opened', { code: 'R' });
    story.refuse(followUpOf(opened)!.command, 'book_already_opened');
    expect(story.events(fundStream(id))).toHaveLength(1);
  });

  it('opens only as it may go on', () => {
    const story = new Story();
    story.refuse(openFund('R', { associationId: 'x' }), 'association_not_found');
    story.refuse(openFund('R', { rootCode: 'U' }), 'association_root_does_not_match');
    story.refuse(openFund('R', { openedOn: '2024-03-11' }), 'date_is_after_today');
    story.refuse(openFund('R', { restriction: 'restricted' }), 'restricted_fund_needs_a_purpose');
    for (const account of ['cash', 'bank', 'goods'] as const) {
      story.refuse(openFund('R', { opening: { ...NOTHING_IN_IT, [account]: -1n } }), 'amount_must_not_be_negative');
      story.refuse(openFund('R', { opening: { ...NOTHING_IN_IT, [account]: LARGEST_AMOUNT + 1n } }), 'amount_is_too_large');
    }
    story.refuse(openFund('R', { endowmentPrincipal: -1n }), 'amount_must_not_be_negative');
    story.refuse(openFund('R', { opening: { cash: 50n, bank: 10n, goods: 0n }, endowmentPrincipal: 11n }), 'endowment_principal_must_lie_in_bank', { shortBy: '1' });
  });

  it('is renamed from a day on', () => {
    const story = new Story();
    story.accept(command('RenameFund', { fundId, name: 'Mới', effectiveOn: '2024-01-01' }));
    story.refuse(command('RenameFund', { fundId: 'x', name: 'Mới', effectiveOn: '2024-01-01' }), 'fund_not_found');
    story.refuse(command('RenameFund', { fundId, name: 'Mới', effectiveOn: '2022-12-31' }), 'date_is_before_fund_opened');
    story.refuse(command('RenameFund', { fundId, name: 'Mới', effectiveOn: '2024-03-11' }), 'date_is_after_today');
  });
});

describe('a campaign and a scholarship programme', () => {
  it('start once, for what exists', () => {
    const story = new Story();
    const campaign = (fields: object = {}) => command('LaunchCampaign', { campaignId: 'c', code: 'C1', associationId, name: 'Tết', startsOn: '2023-01-01', endsOn: '2023-02-01', target: 5n, ...fields });
    story.refuse(campaign({ associationId: 'x' }), 'association_not_found');
    story.refuse(campaign({ target: -1n }), 'amount_must_not_be_negative');
    story.refuse(campaign({ target: LARGEST_AMOUNT + 1n }), 'amount_is_too_large');
    expect(story.accept(campaign())).toMatchObject({ type: 'CampaignLaunched', data: { target: '5', endsOn: '2023-02-01' } });
    story.refuse(campaign(), 'campaign_already_launched');
    expect(story.accept(command('LaunchCampaign', { campaignId: 'd', code: 'C2', associationId, name: '' })).data).toEqual({ campaignId: 'd', code: 'C2', associationId, name: '' });
    const program = { programId: 'p', code: 'P1', fundId, name: 'CT', partner: 'Báo' };
    story.refuse(command('EstablishScholarshipProgram', { ...program, fundId: 'x' }), 'fund_not_found');
    expect(story.accept(command('EstablishScholarshipProgram', program))).toEqual({ type: 'ScholarshipProgramEstablished', data: program });
    story.refuse(command('EstablishScholarshipProgram', { ...program, programId }), 'scholarship_program_already_established');
  });
});

describe('donors and beneficiaries', () => {
  const donor = (fields: object) => command('RegisterDonor', { donorId: donorIdOf(ROOT, 'D9'), rootCode: ROOT, code: 'D9', ...fields });
  const beneficiary = (fields: object) => command('RegisterBeneficiary', { beneficiaryId: beneficiaryIdOf(ROOT, 'B9'), rootCode: ROOT, code: 'B9', associationId, ...fields });

  it('have plain names only where they are no persons', () => {
    const story = new Story();
    for (const kind of ['individual', 'anonymous']) {
      story.refuse(donor({ kind, name: 'Nguyễn Văn A' }), 'personal_data_must_be_sealed');
      story.refuse(donor({ kind, name: 'Nguyễn Văn A', sealed: '1.x' }), 'personal_data_must_be_sealed');
      story.refuse(donor({ kind }), 'personal_data_must_be_sealed');
    }
    for (const kind of ['pupil', 'student', 'teacher', 'family']) {
      story.refuse(beneficiary({ kind, name: 'Nguyễn Văn A' }), 'personal_data_must_be_sealed');
      story.refuse(beneficiary({ kind, sealed: '1.x', school: 'THPT' }), 'personal_data_must_be_sealed');
    }
    story.refuse(donor({ kind: 'organisation', sealed: '1.x' }), 'name_must_be_given_in_the_clear');
    story.refuse(beneficiary({ kind: 'group', sealed: '1.x' }), 'name_must_be_given_in_the_clear');
    expect(story.accept(donor({ kind: 'individual', sealed: '1.x' })).data).toEqual({ donorId: donorIdOf(ROOT, 'D9'), rootCode: ROOT, code: 'D9', kind: 'individual', sealed: '1.x' });
    expect(story.accept(beneficiary({ kind: 'group', name: 'Lớp 5A', school: 'TH' })).data).toMatchObject({ name: 'Lớp 5A', school: 'TH' });
  });

  it('are registered once, in a tree that exists', () => {
    const story = new Story();
    story.refuse(command('RegisterDonor', { donorId, rootCode: ROOT, code: 'D1', kind: 'organisation', name: 'A' }), 'donor_already_registered');
    story.refuse(donor({ rootCode: 'U', kind: 'organisation', name: 'A' }), 'association_not_found');
    story.refuse(beneficiary({ rootCode: 'U', kind: 'group', name: 'A' }), 'association_root_does_not_match');
    story.refuse(beneficiary({ associationId: 'x', kind: 'group', name: 'A' }), 'association_not_found');
    story.refuse(command('RegisterBeneficiary', { beneficiaryId: pupilId, rootCode: ROOT, code: 'B1', kind: 'pupil', associationId, sealed: '1.x' }), 'beneficiary_already_registered');
  });

  it('are erased once, if they are persons', () => {
    const story = new Story();
    expect(story.accept(command('ErasePerson', { personId: pupilId, personKind: 'beneficiary', reason: 'Yêu cầu' }))).toEqual({ type: 'PersonErased', data: { personId: pupilId, reason: 'Yêu cầu' } });
    story.refuse(command('ErasePerson', { personId: pupilId, personKind: 'beneficiary' }), 'person_already_erased');
    story.accept(command('ErasePerson', { personId: otherPupilId, personKind: 'beneficiary' }));
    story.refuse(command('ErasePerson', { personId: donorId, personKind: 'donor' }), 'only_persons_can_be_erased');
    story.refuse(command('ErasePerson', { personId: 'x', personKind: 'donor' }), 'donor_not_found');
    story.refuse(command('ErasePerson', { personId: 'x', personKind: 'beneficiary' }), 'beneficiary_not_found');
  });
});

describe('a pledge', () => {
  const pledge = (fields: object = {}) => command('MakePledge', { pledgeId: 'p', code: 'P1', donorId, fundId, amount: 5n, effectiveOn: '2023-01-10', dueOn: '2022-01-01', ...fields });

  it('is made once, between a donor and a fund that exist', () => {
    const story = new Story();
    story.refuse(pledge({ donorId: 'x' }), 'donor_not_found');
    story.refuse(pledge({ fundId: 'x' }), 'fund_not_found');
    story.refuse(pledge({ campaignId: 'x' }), 'campaign_not_found');
    story.refuse(pledge({ amount: 0n }), 'amount_must_be_positive');
    story.refuse(pledge({ effectiveOn: '2024-03-11' }), 'date_is_after_today');
    expect(story.accept(pledge())).toMatchObject({ type: 'PledgeMade', data: { amount: '5', dueOn: '2022-01-01' } });
    story.refuse(pledge(), 'pledge_already_made');
  });

  it('is cancelled once, not before it was made', () => {
    const story = new Story();
    story.accept(pledge());
    const cancel = (fields: object = {}) => command('CancelPledge', { pledgeId: 'p', effectiveOn: '2023-02-01', reason: 'Rút', ...fields });
    story.refuse(cancel({ pledgeId: 'x' }), 'pledge_not_found');
    story.refuse(cancel({ effectiveOn: '2023-01-09' }), 'cancellation_before_pledge', { madeOn: '2023-01-10' });
    story.refuse(cancel({ effectiveOn: '2024-03-11' }), 'date_is_after_today');
    story.accept(cancel());
    story.refuse(cancel(), 'pledge_already_cancelled', { cancelledOn: '2023-02-01' });
  });
});

describe('what counts for the movement without a fund', () => {
  it('is direct support, reported once per association', () => {
    const story = new Story();
    const support = (fields: object = {}) => command('ReportDirectSupport', { associationId, reference: 'HT1', effectiveOn: '2023-01-10', donorId, form: 'goods', amount: 5n, recipients: 0, ...fields });
    story.refuse(support({ associationId: 'x' }), 'association_not_found');
    story.refuse(support({ donorId: 'x' }), 'donor_not_found');
    story.refuse(support({ amount: 0n }), 'amount_must_be_positive');
    story.refuse(support({ recipients: -1 }), 'count_must_be_whole_and_not_negative');
    story.refuse(support({ effectiveOn: '2024-03-11' }), 'date_is_after_today');
    expect(story.accept(support())).toMatchObject({ type: 'DirectSupportReported', data: { amount: '5', form: 'goods' } });
    story.refuse(support(), 'direct_support_already_reported', { reference: 'HT1' });
  });

  it('is honours that no money goes with', () => {
    const story = new Story();
    const honour = (fields: object = {}) => command('ConferHonour', { associationId, awardId: 'a', code: 'KT1', effectiveOn: '2023-01-10', title: 'Bằng khen', awardKind: 'certificate_of_merit', recipientKind: 'individual', beneficiaryId: pupilId, ...fields });
    story.refuse(honour({ associationId: 'x' }), 'association_not_found');
    story.refuse(honour({ beneficiaryId: 'x' }), 'beneficiary_not_found');
    story.refuse(honour({ effectiveOn: '2024-03-11' }), 'date_is_after_today');
    story.accept(honour());
    story.refuse(honour(), 'honour_already_conferred', { code: 'KT1' });
  });
});

describe('a stream', () => {
  it('never folds an event that does not belong into it', () => {
    const { evolve, initialState } = deciderOf('fundBook');
    expect(() => evolve(initialState(), { type: 'DonorRegistered', data: {} })).toThrow('holds no DonorRegistered');
    expect(() => deciderOf('nothing-1')).toThrow('no stream of this ledger');
  });

  it('is decided by the decider of its category', () => {
    for (const one of [child(), openFund('R')]) expect(isRefusal(new Story().apply(one))).toBe(false);
  });
});
