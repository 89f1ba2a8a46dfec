import { Controller, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { FUND_BALANCES, fundBalance, fundBalances, fundDays, NO_FUND_FIGURES, type FundBalance } from '@projections/fund-balances';
import { REGISTRY, byIds, listOf } from '@projections/registry';
import { given } from '../commands/given.js';
import { idOf, ReferencePipe } from '../commands/references.js';
import { Answers } from './answers.js';
import { Asks, type Asking } from './asks.js';
import { BalancesQuery, PeriodPageQuery, StandingQuery } from './audit-parameters.js';
import { Clocks, shownRange } from './clocks.js';
import { CODE_FORM, DAY_FORM, partsOf, UUID_FORM } from './cursor.js';
import { foundOr404, pageOf } from './page.js';
import { AtQuery, FundsQuery, limitOf } from './parameters.js';
import { QueryEndpoint } from './query-endpoint.js';
import { keyOf, registryFilter, registryKey, shown } from './registry-pages.js';

@Controller()
@ApiTags('funds')
export class FundsController {
  constructor(
    private readonly answers: Answers,
    private readonly clocks: Clocks,
  ) {}

  @QueryEndpoint({ id: 'listFunds', path: 'funds', summary: ['Danh sách quỹ', 'Funds, by tree and code'] })
  async list(@Asks() asking: Asking, @Query() query: FundsQuery): Promise<object> {
    const limit = limitOf(query);
    const { value, asOf } = await this.answers.ask(asking, REGISTRY, (database) => listOf(database, 'fund', registryFilter(query), limit, registryKey(query.after)));
    return pageOf(value, limit, asOf, keyOf(({ fundId }) => fundId), shown);
  }

  @QueryEndpoint({ id: 'getFund', path: 'funds/:fund', summary: ['Một quỹ', 'One fund'], isOfOne: true })
  async one(@Asks() asking: Asking, @Param('fund', ReferencePipe) fund: string, @Query() _query: AtQuery): Promise<object> {
    const { value, asOf } = await this.answers.ask(asking, REGISTRY, (database) => byIds(database, 'fund', [idOf('fund', fund)]));
    return { ...asOf, ...shown(foundOr404(value[0])) };
  }

  @QueryEndpoint({
    id: 'getFundBalance', path: 'funds/:fund/balance', summary: ['Số dư của một quỹ', 'A fund\'s balances, now or at the end of a day'], isOfOne: true,
  })
  async balance(@Asks() asking: Asking, @Param('fund', ReferencePipe) fund: string, @Query() { effectiveOn, knownAt }: StandingQuery): Promise<object> {
    const fundId = idOf('fund', fund);
    const known = this.clocks.knowing(knownAt);
    const { value, asOf } = await this.answers.ask(asking, FUND_BALANCES, (database) => fundBalance(database, fundId, { ...given({ on: effectiveOn }), ...known }));
    const balance = value ?? { ...(await this.mustExist(asking, fundId)), figures: NO_FUND_FIGURES };
    return { ...asOf, effectiveOn: effectiveOn ?? null, knownAt: known.knownAt ?? null, ...balance };
  }

  @QueryEndpoint({
    id: 'listFundDays', path: 'funds/:fund/daily-balances', summary: ['Số dư cuối từng ngày có phát sinh', 'Balances at the end of every day on which something moved'],
    isOfOne: true,
  })
  async days(@Asks() asking: Asking, @Param('fund', ReferencePipe) fund: string, @Query() query: PeriodPageQuery): Promise<object> {
    const fundId = idOf('fund', fund);
    const limit = limitOf(query);
    const after = query.after === undefined ? undefined : partsOf(query.after, [DAY_FORM])[0];
    const range = this.clocks.range(query);
    const { value, asOf } = await this.answers.ask(asking, FUND_BALANCES, (database) => fundDays(database, fundId, range, limit, after));
    if (value.length === 0) await this.mustExist(asking, fundId);
    return { ...pageOf(value, limit, asOf, ({ day }) => [day], (day) => day), ...shownRange(range) };
  }

  /** One that was not known yet has nothing to show; one that is not there is a 404. */
  private async mustExist(asking: Asking, fundId: string): Promise<FundBalance> {
    return foundOr404((await this.answers.ask(asking, FUND_BALANCES, (database) => fundBalance(database, fundId))).value);
  }

  @QueryEndpoint({ id: 'listFundBalances', path: 'fund-balances', summary: ['Số dư của nhiều quỹ', 'Balances of many funds, by code'] })
  async balances(@Asks() asking: Asking, @Query() query: BalancesQuery): Promise<object> {
    const { association, under, effectiveOn, knownAt } = query;
    const limit = limitOf(query);
    const holder = under ?? association;
    const known = this.clocks.knowing(knownAt);
    const filter = given({ ...known, associationId: holder && idOf('association', holder), withDescendants: under !== undefined, on: effectiveOn });
    const [code, fundId] = query.after === undefined ? [] : partsOf(query.after, [CODE_FORM, UUID_FORM]);
    const after = code === undefined || fundId === undefined ? undefined : { code, fundId };
    const { value, asOf } = await this.answers.ask(asking, FUND_BALANCES, (database) => fundBalances(database, filter, limit, after));
    return { ...pageOf(value, limit, asOf, (fund) => [fund.code, fund.fundId], (fund) => fund), effectiveOn: effectiveOn ?? null, knownAt: known.knownAt ?? null };
  }
}
