import { adjustment, associationId, closing, disbursement, donation, donorId, fundId, instalment, move, openFund, prize, pupilId, revocation, ROOT, scholarship, Story, transfer } from './stories.js';
import { associationIdOf, beneficiaryIdOf, campaignIdOf, donorIdOf, fundIdOf, pledgeIdOf, type LedgerCommand, type LedgerEvent } from '../src/index.js';

const command = (type: string, fields: object) => ({ type, ...fields }) as LedgerCommand;

const CHILD = associationIdOf(ROOT, 'T-01');
const R = fundIdOf(ROOT, 'R');
const campaignId = campaignIdOf(ROOT, 'C1');
const pledgeId = pledgeIdOf(ROOT, 'P1');
const sealedText = { personId: pupilId, sealed: '1.c2VhbGVk' };

/** One command after another, so that every type of event is decided at least once, with every field that it may have. */
function commands(): LedgerCommand[] {
  return [
    command('RegisterAssociation', { associationId: CHILD, rootId: associationId, rootCode: ROOT, parentId: associationId, code: 'T-01', name: 'Hội Khuyến học huyện', level: 'district', members: 120, establishedOn: '2001-05-19' }),
    command('RenameAssociation', { associationId: CHILD, name: 'Hội Khuyến học xã', effectiveOn: '2023-07-01' }),
    command('CountMembers', { associationId: CHILD, members: 150, effectiveOn: '2023-12-31' }),
    openFund('R', { restriction: 'restricted', purpose: 'scholarship', opening: { cash: 0n, bank: 300n, goods: 0n }, endowmentPrincipal: 100n }),
    command('RenameFund', { fundId: R, name: 'Quỹ Học bổng', effectiveOn: '2023-07-01' }),
    command('LaunchCampaign', { campaignId, code: 'C1', associationId, name: 'Tết khuyến học', startsOn: '2023-01-01', endsOn: '2023-02-28', target: 5_000_000n }),
    command('EstablishScholarshipProgram', { programId: '0c9d40f4-50c5-5dba-9a3b-5d4e9b2f3c11', code: 'CT2', fundId, name: 'Nâng bước', partner: 'Báo Dân trí' }),
    command('RegisterDonor', { donorId: donorIdOf(ROOT, 'D2'), rootCode: ROOT, code: 'D2', kind: 'individual', sealed: '1.c2VhbGVk' }),
    command('RegisterBeneficiary', { beneficiaryId: beneficiaryIdOf(ROOT, 'B3'), rootCode: ROOT, code: 'B3', kind: 'group', associationId, name: 'Lớp 5A', school: 'Trường Tiểu học số 1' }),
    command('ErasePerson', { personId: donorIdOf(ROOT, 'D2'), personKind: 'donor', reason: 'Theo yêu cầu' }),
    command('MakePledge', { pledgeId, code: 'P1', donorId, fundId, campaignId, amount: 500n, effectiveOn: '2023-01-05', dueOn: '2023-06-30' }),
    command('CancelPledge', { pledgeId, effectiveOn: '2023-07-01', reason: 'Đổi kế hoạch' }),
    command('ReportDirectSupport', { associationId, reference: 'HT1', effectiveOn: '2023-01-06', donorId, form: 'goods', amount: 900n, recipients: 30, description: 'Xe đạp' }),
    command('ConferHonour', { associationId, awardId: '4b6f0c8e-7f7d-5f0b-8a55-0f7c9b1d2e33', code: 'KT0', effectiveOn: '2023-01-07', title: 'Bằng khen', awardKind: 'certificate_of_merit', recipientKind: 'individual', beneficiaryId: pupilId }),
    donation(1_000n, { externalReference: 'PT1', documentDate: '2023-01-09', campaignId, pledgeId, description: 'Chuyển khoản ủng hộ' }),
    scholarship('HB1', 200n, 2, { externalReference: 'QD1' }),
    instalment('HB1', 1, 50n, { externalReference: 'PC1', effectiveOn: '2023-02-01' }),
    revocation('HB1', { effectiveOn: '2023-03-01', reason: sealedText }),
    prize(30n, { awardId: '5c7a1d9f-8e8e-5a1c-9b66-1a8d0c2e3f44', externalReference: 'PC2' }),
    disbursement(40n, { beneficiaryId: pupilId, externalReference: 'PC3', description: sealedText }),
    move(60n, 'bank', 'cash', { externalReference: 'NT1' }),
    transfer(70n, R, { externalReference: 'NT2', description: 'Bổ sung quỹ' }),
    adjustment('receipt', 1, -10n, { externalReference: 'DC1' }),
    adjustment('transfer', 2, 5n, { externalReference: 'DC2' }),
    command('CreditInterest', { fundId, effectiveOn: '2023-03-31', externalReference: 'LS1', amount: 7n }),
    command('ChargeBankFee', { fundId, effectiveOn: '2023-03-31', externalReference: 'PH1', amount: 1n }),
    command('AddToEndowment', { fundId, effectiveOn: '2023-04-01', externalReference: 'VG1', amount: 100n, from: 'donation', donorId }),
    scholarship('HB2', 80n, 2, { effectiveOn: '2023-05-01' }),
    closing('2023-03-31'),
  ];
}

/** Every type once, as decided today: the first of its kind after the story's opening, in the order of the story. */
export function everyEvent(): ReadonlyMap<string, { readonly stream: string; readonly event: LedgerEvent }> {
  const story = new Story({ cash: 20n, bank: 400n, goods: 10n });
  for (const one of commands()) story.accept(one);
  const found = new Map<string, { stream: string; event: LedgerEvent }>();
  for (const stream of story.model.streamNames()) {
    for (const event of story.events(stream)) {
      const known = found.get(event.type);
      // The richest one shows every field.
      if (!known || Object.keys(event.data).length > Object.keys(known.event.data).length) found.set(event.type, { stream, event });
    }
  }
  return found;
}

