import { randomUUID } from 'node:crypto';
import { addDays, isRefusal } from '@ledger/kernel';
import {
  ADJUSTABLE_VOUCHER_KINDS, DISBURSEMENT_PURPOSES, LedgerModel, associationIdOf, beneficiaryIdOf, campaignIdOf, donorIdOf, fundBookStream, fundIdOf, isAdjustable,
  pledgeIdOf, programIdOf, scholarshipIdOf, type DisbursementPurpose, type FundBookEvent, type LedgerCommand, type LedgerEvent,
} from '@ledger/fund-ledger';
import { startRandom } from '../../../command-handling/testing/src/random.js';

/** One event as it goes into the log. */
export interface ToAppend { readonly stream: string; readonly event: LedgerEvent }

export interface TreeWishes {
  readonly seed: number;
  readonly rootCode: string;
  readonly associations: number;
  readonly funds: number;
  readonly people: number;
  readonly movements: number;
  /** Over how many days they are spread, at most 460. */
  readonly days: number;
  /** Whether books are closed and things renamed, counted again and cancelled; off for plain volume. */
  readonly isVaried: boolean;
  /** Seals a person's profile; without it persons carry a text that no key opens. */
  readonly seal?: (personId: string, name: string) => Promise<string>;
}

const FIRST_DAY = '2023-01-01';
const TODAY = '2024-06-30';
const BURST = 25;

/**
 * A tree of associations with funds, and movements of every kind between them, decided by the ledger's own deciders:
 * what they refuse is left out. In log order; a burst of commands goes to one fund, as a set's rows do.
 */
export async function* randomTree(wishes: TreeWishes): AsyncGenerator<ToAppend> {
  const tree = new Tree(wishes);
  for await (const command of tree.founding()) yield* tree.applied(command);
  for (let movement = 0; movement < wishes.movements; movement += 1) {
    if (movement % BURST === 0) tree.nextFund();
    yield* tree.applied(tree.movement());
  }
}

class Tree {
  private readonly model = new LedgerModel({ today: TODAY });
  private readonly taken = new Map<string, number>();
  private readonly counts = new Map<string, number>();
  private readonly scholarships: { readonly id: string; readonly fundId: string; paid: number; readonly on: string }[] = [];
  private readonly pledges: string[] = [];
  private readonly random: () => number;
  private fund = '';
  private booked = 0;
  private serial = 0;

  constructor(private readonly wishes: TreeWishes) {
    this.random = startRandom(wishes.seed);
  }

  /** The events that a command makes, its own stream's first; nothing where it is refused. */
  *applied(command: LedgerCommand): Generator<ToAppend> {
    const outcome = this.model.apply(command);
    if (isRefusal(outcome)) return;
    const streams = new Set<string>();
    if ('toFundId' in command) streams.add(fundBookStream(command.fundId)).add(fundBookStream(command.toFundId));
    for (const stream of [...streams, ...this.touched(outcome[0]!)]) yield* this.fresh(stream);
    this.noted(outcome);
  }

  private touched(event: LedgerEvent): string[] {
    const data = event.data as { readonly fundId?: string; readonly counterpartFundId?: string };
    const own = this.streamOf(event);
    if (event.type === 'FundOpened') return [own, fundBookStream(event.data.fundId)];
    return data.counterpartFundId === undefined ? [own] : [own, fundBookStream(data.counterpartFundId)];
  }

  private *fresh(stream: string): Generator<ToAppend> {
    const events = this.model.eventsOf(stream);
    for (let place = this.taken.get(stream) ?? 0; place < events.length; place += 1) yield { stream, event: events[place]! };
    this.taken.set(stream, events.length);
  }

  private streamOf(event: LedgerEvent): string {
    const data = event.data as Readonly<Record<string, string>>;
    switch (event.type) {
      case 'AssociationRegistered': case 'AssociationRenamed': case 'MembersCounted': return `association-${data['associationId']}`;
      case 'FundOpened': case 'FundRenamed': return `fund-${data['fundId']}`;
      case 'DonorRegistered': return `donor-${data['donorId']}`;
      case 'BeneficiaryRegistered': return `beneficiary-${data['beneficiaryId']}`;
      case 'PersonErased': return this.model.has(`donor-${data['personId']}`) ? `donor-${data['personId']}` : `beneficiary-${data['personId']}`;
      case 'CampaignLaunched': return `campaign-${data['campaignId']}`;
      case 'ScholarshipProgramEstablished': return `scholarshipProgram-${data['programId']}`;
      case 'PledgeMade': case 'PledgeCancelled': return `pledge-${data['pledgeId']}`;
      case 'DirectSupportReported': case 'HonourConferred': return `mobilisation-${data['associationId']}`;
      default: return fundBookStream(data['fundId'] ?? '');
    }
  }

  private noted(outcome: readonly LedgerEvent[]): void {
    for (const event of outcome) {
      if (event.type === 'ScholarshipAwarded') this.scholarships.push({ id: event.data.scholarshipId, fundId: event.data.fundId, paid: 0, on: event.data.effectiveOn });
      if (event.type === 'PledgeMade') this.pledges.push(event.data.pledgeId);
      if (event.type === 'InstalmentPaid') this.scholarships.filter(({ id }) => id === event.data.scholarshipId).forEach((one) => (one.paid += 1));
    }
    if (this.scholarships.length > 200) this.scholarships.splice(0, 100);
  }

  private int(below: number): number { return Math.floor(this.random() * below); }
  private pick<Item>(items: readonly Item[]): Item { return items[this.int(items.length)]!; }
  private next(kind: string): number {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    return count;
  }
  /** Most is booked as it happens; every tenth movement is late, by up to two months. */
  private day(): string { return addDays('2023-03-15', Math.floor((this.booked * this.wishes.days) / this.wishes.movements) - (this.random() < 0.1 ? this.int(60) : 0)); }
  private amount(): bigint { return BigInt(1 + this.int(50)) * 100_000n; }
  private association(): string { return associationIdOf(this.wishes.rootCode, this.associationCode(this.int(this.wishes.associations))); }
  private associationCode(place: number): string { return place === 0 ? this.wishes.rootCode : `${this.wishes.rootCode}-${place}`; }
  private donor(): string { return donorIdOf(this.wishes.rootCode, `D${this.int(this.wishes.people)}`); }
  private beneficiary(): string { return beneficiaryIdOf(this.wishes.rootCode, `B${this.int(this.wishes.people)}`); }
  private fundAt(place: number): string { return fundIdOf(this.wishes.rootCode, `Q${place}`); }

  nextFund(): void {
    this.fund = this.fundAt(this.int(this.wishes.funds));
  }

  async *founding(): AsyncGenerator<LedgerCommand> {
    const { rootCode, associations, funds, people, seal } = this.wishes;
    const rootId = associationIdOf(rootCode, rootCode);
    for (let place = 0; place < associations; place += 1) {
      const code = this.associationCode(place);
      yield { type: 'RegisterAssociation', associationId: associationIdOf(rootCode, code), rootId, rootCode, code, name: `Hội ${code}`, members: 10 + place,
        level: place === 0 ? 'province' : place < 5 ? 'district' : place < 20 ? 'commune' : 'branch', ...(place % 3 === 0 ? {} : { establishedOn: '2001-05-05' }),
        ...(place === 0 ? {} : { parentId: associationIdOf(rootCode, this.associationCode(place < 5 ? 0 : place < 20 ? 1 + (place % 4) : 5 + (place % 15))) }) };
    }
    for (let place = 0; place < funds; place += 1)
      yield { type: 'OpenFund', fundId: this.fundAt(place), rootCode, code: `Q${place}`, name: `Quỹ ${place}`, associationId: associationIdOf(rootCode, this.associationCode(place % associations)),
        ...(place % 7 === 6 ? { restriction: 'restricted' as const, purpose: 'gift' as const } : { restriction: 'unrestricted' as const }), openedOn: FIRST_DAY,
        opening: { cash: 50_000_000n, bank: 500_000_000n, goods: place % 2 === 0 ? 1_000_000n : 0n }, endowmentPrincipal: place % 5 === 0 ? 10_000_000n : 0n };
    for (let person = 0; person < people; person += 1) {
      const donorId = donorIdOf(rootCode, `D${person}`);
      const beneficiaryId = beneficiaryIdOf(rootCode, `B${person}`);
      const sealed = (id: string, name: string): Promise<string> => seal?.(id, name) ?? Promise.resolve(`1.${person}`);
      const donorCodes = { donorId, rootCode, code: `D${person}` };
      yield person % 3 === 0 ? { type: 'RegisterDonor', ...donorCodes, kind: 'organisation', name: `Công ty ${person}` } : { type: 'RegisterDonor', ...donorCodes, kind: 'individual', sealed: await sealed(donorId, `Nguyễn Văn ${person}`) };
      const codes = { beneficiaryId, rootCode, code: `B${person}`, associationId: this.association() };
      yield person % 9 === 0 ? { type: 'RegisterBeneficiary', ...codes, kind: 'group', name: `Lớp ${person}`, school: 'Trường A' } : { type: 'RegisterBeneficiary', ...codes, kind: 'pupil', sealed: await sealed(beneficiaryId, `Trần Thị ${person}`) };
    }
    for (let place = 0; place < 5; place += 1) {
      yield { type: 'LaunchCampaign', campaignId: campaignIdOf(rootCode, `C${place}`), code: `C${place}`, associationId: rootId, name: `Đợt ${place}`, startsOn: FIRST_DAY };
      yield { type: 'EstablishScholarshipProgram', programId: programIdOf(rootCode, `P${place}`), code: `P${place}`, fundId: this.fundAt(place % funds), name: `Học bổng ${place}` };
    }
  }

  movement(): LedgerCommand {
    this.booked += 1;
    const kind = this.random();
    const fields = { fundId: this.fund, effectiveOn: this.day(), amount: this.amount(), ...(this.random() < 0.5 ? { description: 'theo "biên lai", \\ dòng\nmới' } : {}) };
    const account = this.pick(['cash', 'bank', 'bank', 'goods'] as const);
    if (kind < 0.42) return { type: 'ReceiveDonation', ...fields, account, donorId: this.donor(), ...this.donationFor() };
    if (kind < 0.56) return { type: 'PayDisbursement', ...fields, account, purpose: this.purpose(), recipients: this.int(5), ...(this.random() < 0.5 ? { beneficiaryId: this.beneficiary() } : {}), ...this.paper() };
    if (kind < 0.62) return this.scholarship(fields);
    if (kind < 0.74) return this.instalment(fields);
    if (kind < 0.78) return { type: 'AwardPrize', ...fields, awardId: randomUUID(), code: `KT${this.next('award')}`, associationId: this.association(), title: 'Học sinh giỏi', awardKind: this.pick(['prize', 'certificate_of_merit'] as const), recipientKind: this.pick(['group', 'individual'] as const), beneficiaryId: this.beneficiary(), account };
    if (kind < 0.81) return { type: 'MoveBetweenAccounts', ...fields, fromAccount: this.pick(['cash', 'bank'] as const), toAccount: this.pick(['cash', 'bank'] as const) };
    if (kind < 0.86) return { type: 'SendTransfer', ...fields, transferId: randomUUID(), fromAccount: 'bank', toFundId: this.fundAt(this.int(this.wishes.funds)), toAccount: this.pick(['cash', 'bank'] as const) };
    if (kind < 0.90) return this.adjustment(fields);
    if (kind < 0.94) return this.random() < 0.7 ? { type: 'CreditInterest', ...fields } : { type: 'ChargeBankFee', ...fields };
    if (kind < 0.96) return this.pledge(fields);
    return this.rarity(fields);
  }

  private donationFor(): object {
    const pledgeId = this.random() < 0.1 && this.pledges.length > 0 ? { pledgeId: this.pick(this.pledges) } : {};
    return { ...pledgeId, ...(this.random() < 0.3 ? { campaignId: campaignIdOf(this.wishes.rootCode, `C${this.int(5)}`) } : {}), ...this.paper() };
  }
  private paper(): object { return this.random() < 0.3 ? { externalReference: `PT-${this.next('paper')}` } : {}; }
  private purpose(): DisbursementPurpose { return this.random() < 0.5 ? 'gift' : this.pick(DISBURSEMENT_PURPOSES); }

  private scholarship(fields: { readonly fundId: string; readonly effectiveOn: string; readonly amount: bigint }): LedgerCommand {
    const code = `HB${this.next('scholarship')}`;
    return { type: 'AwardScholarship', ...fields, amount: fields.amount * 4n, scholarshipId: scholarshipIdOf(fields.fundId, code), code, programId: programIdOf(this.wishes.rootCode, `P${this.int(5)}`), beneficiaryId: this.beneficiary(), instalments: 1 + this.int(4) };
  }

  private instalment(fields: { readonly fundId: string; readonly effectiveOn: string; readonly amount: bigint }): LedgerCommand {
    const mine = this.scholarships.filter(({ fundId }) => fundId === fields.fundId);
    const one = mine.length > 0 ? this.pick(mine) : undefined;
    if (!one) return this.scholarship(fields);
    const effectiveOn = fields.effectiveOn > one.on ? fields.effectiveOn : one.on;
    if (this.random() < 0.05) return { type: 'RevokeScholarship', fundId: fields.fundId, effectiveOn, scholarshipId: one.id, reason: 'chuyển trường' };
    return { type: 'PayInstalment', ...fields, effectiveOn, scholarshipId: one.id, instalment: one.paid + 1, account: this.pick(['cash', 'bank'] as const) };
  }

  private adjustment({ fundId, effectiveOn }: { readonly fundId: string; readonly effectiveOn: string }): LedgerCommand {
    const vouchers = (this.model.eventsOf(fundBookStream(fundId)) as readonly FundBookEvent[]).slice(-400).filter(isAdjustable);
    const target = vouchers.length > 0 ? this.pick(vouchers) : undefined;
    const amount = target && 'amount' in target.data ? BigInt(target.data.amount) : 100_000n;
    const voucher = target?.data.voucher ?? { kind: ADJUSTABLE_VOUCHER_KINDS[0], year: 2023, number: 1 };
    return { type: 'AdjustVoucher', fundId, effectiveOn: target && target.data.effectiveOn > effectiveOn ? target.data.effectiveOn : effectiveOn, adjusts: voucher as never, delta: (amount * BigInt(this.int(5) - 2)) / 4n, reason: 'đếm lại', adjustmentId: randomUUID() };
  }

  private pledge({ fundId, effectiveOn, amount }: { readonly fundId: string; readonly effectiveOn: string; readonly amount: bigint }): LedgerCommand {
    const made = this.pledges.length > 0 && this.random() < 0.15 ? this.pick(this.pledges) : undefined;
    if (made) return { type: 'CancelPledge', pledgeId: made, effectiveOn, reason: 'đổi ý' };
    const code = `CK${this.next('pledge')}`;
    return { type: 'MakePledge', pledgeId: pledgeIdOf(this.wishes.rootCode, code), code, donorId: this.donor(), fundId, amount, effectiveOn, ...(this.random() < 0.5 ? { campaignId: campaignIdOf(this.wishes.rootCode, `C${this.int(5)}`), dueOn: addDays(effectiveOn, 60) } : {}) };
  }

  private rarity({ fundId, effectiveOn, amount }: { readonly fundId: string; readonly effectiveOn: string; readonly amount: bigint }): LedgerCommand {
    const kind = this.int(this.wishes.isVaried ? 10 : 3);
    const associationId = this.association();
    if (kind === 0) return { type: 'ReportDirectSupport', associationId, reference: `HT${this.next('support')}`, effectiveOn, donorId: this.donor(), form: this.pick(['money', 'goods'] as const), amount, recipients: this.int(9) };
    if (kind === 1) return { type: 'ConferHonour', associationId, awardId: randomUUID(), code: `BK${this.next('honour')}`, effectiveOn, title: 'Bằng khen', awardKind: 'certificate_of_merit', recipientKind: 'individual', beneficiaryId: this.beneficiary() };
    if (kind === 2) return this.random() < 0.5 ? { type: 'AddToEndowment', fundId, effectiveOn, amount, from: 'donation', donorId: this.donor() } : { type: 'AddToEndowment', fundId, effectiveOn, amount, from: 'available' };
    if (kind === 3) return { type: 'RenameAssociation', associationId, name: `Hội đổi tên ${this.next('name')}`, effectiveOn };
    if (kind === 4) return { type: 'RenameFund', fundId, name: `Quỹ đổi tên ${this.next('name')}`, effectiveOn };
    if (kind === 5 || kind === 6) return { type: 'CountMembers', associationId, members: this.int(500), effectiveOn };
    if (kind === 7 && this.random() < 0.2) return { type: 'ErasePerson', personId: this.beneficiary(), personKind: 'beneficiary' };
    if (kind === 8 && this.random() < 0.2) return { type: 'ErasePerson', personId: this.donor(), personKind: 'donor' };
    return { type: 'CloseBooks', fundId, through: addDays('2023-01-31', this.serial++ % 200) };
  }
}
