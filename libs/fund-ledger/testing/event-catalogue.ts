import { AGGREGATES, eventTypesOf, type AggregateName, type LedgerEvent } from '../src/index.js';

/** One stored shape: `fixtures/events/{type}.{schemaVersion}.json`. */
export interface Fixture { readonly type: string; readonly schemaVersion: number; readonly stream: string; readonly data: Readonly<Record<string, unknown>> }

const ABOUT: Readonly<Record<LedgerEvent['type'], string>> = {
  AssociationRegistered: 'An association, branch or board of the tree (hội, chi hội). `rootId` is itself where it has no parent.',
  AssociationRenamed: 'It has another name from `effectiveOn` on.',
  MembersCounted: 'How many members it has, as counted on `effectiveOn`.',
  FundOpened: 'A fund (quỹ khuyến học) with its code, name and restriction. Its book opens right after: `FundBookOpened`.',
  FundRenamed: 'It has another name from `effectiveOn` on.',
  FundBookOpened: 'The book of a fund begins (số dư đầu kỳ) with what lies in its three accounts; `endowmentPrincipal` lies in the bank.',
  DonationReceived: 'A donation (phiếu thu) came into `account`.',
  ScholarshipAwarded: 'A scholarship (học bổng) was awarded: `amount` is committed, nothing leaves an account yet.',
  InstalmentPaid: 'One instalment (đợt chi) of a scholarship was paid: it leaves `account` and is no longer committed.',
  ScholarshipRevoked: 'What a scholarship had left to pay, `released`, is no longer committed.',
  PrizeAwarded: 'Money or goods that go with an award (khen thưởng) were paid. `associationId` grants it and need not hold the fund.',
  DisbursementPaid: 'A disbursement (phiếu chi) for one of the purposes. `recipients` counts occurrences.',
  MovedBetweenAccounts: 'Money moved between accounts of the same fund, such as cash banked (nộp tiền vào ngân hàng).',
  TransferSent: 'Money or goods left for another fund; in transit until `TransferReceived` with the same `transferId`.',
  TransferReceived: 'They arrived: dated `sentOn`, or the first later day that is open in this book.',
  VoucherAdjusted: 'An adjustment voucher (chứng từ điều chỉnh): `delta` is signed and in the sense of the voucher that it `adjusts`, which then amounts to `remaining`. `commitmentDelta` (instalments only) is how `committed` changes.',
  TransferAdjusted: 'A transfer between two funds was adjusted: first (`leads`) in the book that loses money, then in the other, with one `adjustmentId`.',
  InterestCredited: 'Interest (lãi tiền gửi) came to the bank account.',
  BankFeeCharged: 'The bank took a fee (phí ngân hàng).',
  EndowmentAdded: 'The endowment principal (vốn gốc) grew: by a donor\'s gift to the bank (`from` donation), or out of available money.',
  BooksClosed: 'The books are closed (khóa sổ) through a day. It carries everything that later decisions need, and moves nothing.',
  DirectSupportReported: 'Support given straight to those who need it (hỗ trợ trực tiếp): mobilised, never in a fund.',
  HonourConferred: 'An award without money (bằng khen, giấy khen).',
  PledgeMade: 'A donor promised an amount (đăng ký ủng hộ).',
  PledgeCancelled: 'The promise no longer stands.',
  CampaignLaunched: 'A campaign (đợt vận động).',
  ScholarshipProgramEstablished: 'A scholarship programme, paid from one fund.',
  DonorRegistered: 'A donor (nhà hảo tâm). An organisation has a plain `name`; a person\'s profile is `sealed` under a key of its own.',
  BeneficiaryRegistered: 'A beneficiary (người thụ hưởng). A group has a plain `name`; a person\'s profile is `sealed` under a key of its own.',
  PersonErased: 'The person\'s key is destroyed: everything sealed under it stays unreadable for ever.',
};

const MOVEMENT: Readonly<Record<string, string>> = {
  fundId: 'the fund whose book it is',
  voucher: '`{kind, year, number}`: numbers are gapless per book, kind and year',
  externalReference: 'optional: the number on the paper, once per book and voucher kind',
  documentDate: 'the date on the paper',
  effectiveOn: 'the day in the book (UTC+7)',
  approvals: 'empty for now',
  description: 'optional: plain text, or `{personId, sealed}` where it names a person',
};

/** docs/events.md, from the stored shapes themselves. */
export function renderCatalogue(fixtures: readonly Fixture[]): string {
  return [
    '# Events', '',
    'Every fact in the ledger is one of these events; nothing is ever changed or taken back. This page is written from the stored shapes in',
    '`libs/fund-ledger/fixtures/events` and held to them by `libs/fund-ledger/src/event-catalogue.spec.ts`, which also writes it:',
    '`UPDATE_CATALOGUE=1 npx jest event-catalogue`.', '',
    'Amounts are whole đồng as decimal strings; days are `YYYY-MM-DD`; ids are UUIDs; data and metadata are canonical JSON (RFC 8785).',
    'Metadata of each event: `commandId`, `inputHash`, `correlationId`, `causationId`, `actorId`, `recordedAt`, `schemaVersion`, and `source {set, seq}` where it was imported.', '',
    'A field may be added to a shape if it is optional; anything else gets a new type name. A shape that was ever stored keeps its fixture.', '',
    ...AGGREGATES.flatMap((aggregate) => section(aggregate, fixtures)),
  ].join('\n');
}

function section(aggregate: AggregateName, fixtures: readonly Fixture[]): string[] {
  return [
    `## \`${aggregate}-{id}\``, '',
    ...(aggregate === 'fundBook' ? ['Every event of a book is a movement and has these fields besides its own:', '', ...table(Object.entries(MOVEMENT)), ''] : []),
    ...eventTypesOf(aggregate).flatMap((type) => fixtures.filter((fixture) => fixture.type === type).flatMap((fixture) => entry(aggregate, fixture))),
  ];
}

function entry(aggregate: AggregateName, { type, schemaVersion, data }: Fixture): string[] {
  const own = Object.entries(data).filter(([field]) => aggregate !== 'fundBook' || !Object.hasOwn(MOVEMENT, field));
  return [
    `### ${type}${schemaVersion > 1 ? ` (schema version ${schemaVersion})` : ''}`, '', ABOUT[type as LedgerEvent['type']], '',
    ...table(own.map(([field, value]) => [field, `\`${JSON.stringify(value)}\``])), '',
  ];
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  return ['| field | meaning or example |', '|---|---|', ...rows.map(([field, text]) => `| \`${field}\` | ${text.replaceAll('|', '\\|')} |`)];
}
