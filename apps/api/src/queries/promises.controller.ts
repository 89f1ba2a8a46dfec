import { Controller, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { dayInVietnam } from '@ledger/kernel';
import { CAMPAIGN_TOTALS, campaignTotals } from '@projections/campaign-totals';
import { PLEDGES, pledgeStandings, pledgeTotals, type PledgeFilter, type PledgeQuestion } from '@projections/pledges';
import { given } from '../commands/given.js';
import { idOf, ReferencePipe } from '../commands/references.js';
import { Answers } from './answers.js';
import { Asks, type Asking } from './asks.js';
import { PeriodQuery, PledgesQuery, PledgeTotalsQuery } from './audit-parameters.js';
import { Clocks, earlierOf, shownRange } from './clocks.js';
import { CODE_FORM, partsOf, UUID_FORM } from './cursor.js';
import { foundOr404, pageOf } from './page.js';
import { limitOf } from './parameters.js';
import { QueryEndpoint } from './query-endpoint.js';
import { keyOf, shown } from './registry-pages.js';

/** What campaigns and pledges were promised and received, and what is outstanding. */
@Controller()
@ApiTags('pledges and campaigns')
export class PromisesController {
  constructor(
    private readonly answers: Answers,
    private readonly clocks: Clocks,
  ) {}

  @QueryEndpoint({
    id: 'getCampaignTotals', path: 'campaigns/:campaign/totals', isOfOne: true,
    summary: ['Tổng hợp của một đợt vận động', 'What a campaign was promised and received over a range of days'],
  })
  async campaign(@Asks() asking: Asking, @Param('campaign', ReferencePipe) campaign: string, @Query() query: PeriodQuery): Promise<object> {
    const range = this.clocks.range(query);
    const { value, asOf } = await this.answers.ask(asking, CAMPAIGN_TOTALS, (database) => campaignTotals(database, [idOf('campaign', campaign)], range));
    return { ...asOf, ...shownRange(range), ...foundOr404(value[0]) };
  }

  @QueryEndpoint({
    id: 'listPledges', path: 'pledges', summary: ['Danh sách cam kết', 'Pledges by tree and code: promised, received, outstanding and overdue as of a day'],
  })
  async pledges(@Asks() asking: Asking, @Query() query: PledgesQuery): Promise<object> {
    const limit = limitOf(query);
    const question = this.questionOf(query);
    const [rootCode, code, pledgeId] = query.after === undefined ? [] : partsOf(query.after, [CODE_FORM, CODE_FORM, UUID_FORM]);
    const after = rootCode === undefined || code === undefined || pledgeId === undefined ? undefined : { rootCode, code, pledgeId };
    const { value, asOf } = await this.answers.ask(asking, PLEDGES, (database) => pledgeStandings(database, filterOf(query), question, limit, after, query.only));
    return { ...pageOf(value, limit, asOf, keyOf(({ pledgeId: id }) => id), shown), ...shownQuestion(question) };
  }

  @QueryEndpoint({ id: 'getPledgeTotals', path: 'pledge-totals', summary: ['Tổng hợp cam kết', 'Pledges added up as of a day'] })
  async totals(@Asks() asking: Asking, @Query() query: PledgeTotalsQuery): Promise<object> {
    const question = this.questionOf(query);
    const { value, asOf } = await this.answers.ask(asking, PLEDGES, (database) => pledgeTotals(database, filterOf(query), question));
    return { ...asOf, ...shownQuestion(question), ...value };
  }

  private questionOf({ asOf, effectiveOn, knownAt }: { readonly asOf?: string; readonly effectiveOn?: string; readonly knownAt?: string }): PledgeQuestion {
    return { asOf: earlierOf(asOf, effectiveOn) ?? dayInVietnam(this.clocks.now()), ...this.clocks.knowing(knownAt) };
  }
}

function shownQuestion({ asOf, knownAt }: PledgeQuestion): { readonly asOf: string; readonly knownAt: string | null } {
  return { asOf, knownAt: knownAt ?? null };
}

function filterOf({ tree, code, fund, donor, campaign, association, under }: Partial<PledgesQuery>): PledgeFilter {
  return given({
    rootCode: tree, code,
    fundId: fund && idOf('fund', fund),
    donorId: donor && idOf('donor', donor),
    campaignId: campaign && idOf('campaign', campaign),
    associationId: association && idOf('association', association),
    underId: under && idOf('association', under),
  });
}
