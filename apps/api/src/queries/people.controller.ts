import { Controller, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  BENEFICIARY_HISTORIES, beneficiaryCounts, beneficiaryTotal, beneficiaryTotalAndHistory, mostSupported, NO_HISTORY_FIGURES, type BeneficiaryTotal, type HistoryEntry,
} from '@projections/beneficiary-histories';
import { REGISTRY, byIds, listOf, oneAsJson, type Person, type RegistryFilter } from '@projections/registry';
import { idOf, ReferencePipe } from '../commands/references.js';
import { invalidInput } from '../http/problem.js';
import type { WrittenAnswer } from '../http/written-answer.js';
import { Answers } from './answers.js';
import { Asks, type Asking } from './asks.js';
import { PeriodPageQuery } from './audit-parameters.js';
import { Clocks, shownRange, type Range } from './clocks.js';
import { DAY_FORM, NUMBER_FORM, partsOf } from './cursor.js';
import { foundOr404, nextOf, pageOf, writtenPage } from './page.js';
import { AtQuery, BeneficiariesQuery, DonorsQuery, limitOf, StatisticsQuery } from './parameters.js';
import { People, type OpenPerson } from './people.js';
import { QueryEndpoint } from './query-endpoint.js';
import { keyOf, registryFilter, registryKey, shown } from './registry-pages.js';

const USUAL_TOP = 5;

/** Donors and beneficiaries: their names are opened for holders of a token only. */
@Controller()
@ApiTags('people')
export class PeopleController {
  constructor(
    private readonly answers: Answers,
    private readonly people: People,
    private readonly clocks: Clocks,
  ) {}

  @QueryEndpoint({ id: 'listDonors', path: 'donors', summary: ['Danh sách nhà hảo tâm', 'Donors, by tree and code, or by words of their name'], isPersonal: true })
  list(@Asks() asking: Asking, @Query() query: DonorsQuery): Promise<object> {
    return this.search(asking, 'donor', query);
  }

  @QueryEndpoint({ id: 'getDonor', path: 'donors/:donor', summary: ['Một nhà hảo tâm', 'One donor'], isPersonal: true, isOfOne: true })
  donor(@Asks() asking: Asking, @Param('donor', ReferencePipe) donor: string, @Query() _query: AtQuery): Promise<object> {
    return this.one(asking, 'donor', idOf('donor', donor));
  }

  @QueryEndpoint({
    id: 'listBeneficiaries', path: 'beneficiaries', summary: ['Danh sách người thụ hưởng', 'Beneficiaries, by tree and code, or by words of their name'], isPersonal: true,
  })
  beneficiaries(@Asks() asking: Asking, @Query() query: BeneficiariesQuery): Promise<object> {
    return this.search(asking, 'beneficiary', query);
  }

  @QueryEndpoint({ id: 'getBeneficiary', path: 'beneficiaries/:beneficiary', summary: ['Một người thụ hưởng', 'One beneficiary'], isPersonal: true, isOfOne: true })
  beneficiary(@Asks() asking: Asking, @Param('beneficiary', ReferencePipe) beneficiary: string, @Query() _query: AtQuery): Promise<object> {
    return this.one(asking, 'beneficiary', idOf('beneficiary', beneficiary));
  }

  @QueryEndpoint({
    id: 'getBeneficiaryHistory', path: 'beneficiaries/:beneficiary/history', isOfOne: true,
    summary: ['Toàn bộ khoản một người đã nhận', 'Everything a beneficiary was awarded and paid, in posting order; the name with a token only'],
  })
  async history(@Asks() asking: Asking, @Param('beneficiary', ReferencePipe) beneficiary: string, @Query() query: PeriodPageQuery): Promise<WrittenAnswer> {
    const beneficiaryId = idOf('beneficiary', beneficiary);
    const limit = limitOf(query);
    const after = historyKey(query.after);
    const range = this.clocks.range(query);
    const { value, asOf } = await this.answers.ask(asking, BENEFICIARY_HISTORIES, (database) =>
      beneficiaryTotalAndHistory(database, beneficiaryId, range, limit, after, asking.actorId === undefined ? undefined : (id) => oneAsJson('beneficiary', id)));
    const { entries, total = await this.totalOfUnknown(asking, beneficiaryId, range) } = value;
    const person = asking.actorId === undefined ? undefined : await this.nameOf(asking, beneficiaryId, value.beside as Person | null | undefined);
    const { rootCode, code, kind, associationId, figures } = total;
    const before = { beneficiaryId, tree: rootCode, code, kind, associationId, ...(person === undefined ? {} : { name: person.name }), totals: figures, ...shownRange(range) };
    return writtenPage(before, asOf, entries.map(({ text }) => text), nextOf(entries, limit, ({ key }) => [key.day, key.anchor, key.seq, key.position]));
  }

  /** One that was not known yet has nothing to show; one that is not there is a 404. */
  private async totalOfUnknown(asking: Asking, beneficiaryId: string, { knownAt }: Range): Promise<BeneficiaryTotal> {
    const now = knownAt === undefined ? undefined : await this.answers.ask(asking, BENEFICIARY_HISTORIES, (database) => beneficiaryTotal(database, beneficiaryId));
    return { ...foundOr404(now?.value), figures: NO_HISTORY_FIGURES };
  }

  @QueryEndpoint({ id: 'getBeneficiaryStatistics', path: 'beneficiary-statistics', summary: ['Số người thụ hưởng', 'How many beneficiaries a tree has, and those with the most entries (without names)'] })
  async statistics(@Asks() asking: Asking, @Query() { tree, top }: StatisticsQuery): Promise<object> {
    const { value: counts } = await this.answers.ask(asking, BENEFICIARY_HISTORIES, (database) => beneficiaryCounts(database, tree));
    const most = top === undefined ? USUAL_TOP : Number(top);
    const { value, asOf } = await this.answers.ask(asking, BENEFICIARY_HISTORIES, (database) => mostSupported(database, tree, most));
    return { ...asOf, tree, ...counts, mostSupported: value.map(shown) };
  }

  private async search(asking: Asking, thing: 'donor' | 'beneficiary', query: DonorsQuery & BeneficiariesQuery): Promise<object> {
    const limit = limitOf(query);
    const filter: RegistryFilter = { ...registryFilter(query), ...(query.name === undefined ? {} : { nameHashes: this.hashesOf(query.name) }) };
    const { value, asOf } = await this.answers.ask(asking, REGISTRY, (database) => listOf(database, thing, filter, limit, registryKey(query.after)));
    return pageOf(await this.people.open(value), limit, asOf, keyOf(({ personId }) => personId), shown);
  }

  private hashesOf(name: string): readonly string[] {
    const hashes = this.people.nameHashes(name);
    if (hashes.length === 0) throw invalidInput([{ parameter: 'name', code: 'text_empty' }]);
    return hashes;
  }

  private async one(asking: Asking, thing: 'donor' | 'beneficiary', id: string): Promise<object> {
    const { value, asOf } = await this.answers.ask(asking, REGISTRY, (database) => byIds(database, thing, [id]));
    const [person] = await this.people.open([foundOr404(value[0])]);
    return { ...asOf, ...shown(person!) };
  }

  /** Of a beneficiary that was read besides its history, or has to be asked for: the registry may be further, and who was not known yet has a name all the same. */
  private async nameOf(asking: Asking, id: string, person: Person | null | undefined): Promise<OpenPerson | undefined> {
    const people = person ? [person] : (await this.answers.ask(asking, REGISTRY, (database) => byIds(database, 'beneficiary', [id]))).value;
    return (await this.people.open(people))[0];
  }
}

function historyKey(after: string | undefined): HistoryEntry['key'] | undefined {
  if (after === undefined) return undefined;
  const [day, anchor, seq, position] = partsOf(after, [DAY_FORM, NUMBER_FORM, NUMBER_FORM, NUMBER_FORM]);
  return { day: day!, anchor: anchor!, seq: seq!, position: position! };
}
