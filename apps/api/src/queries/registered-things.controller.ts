import { Controller, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { REGISTRY, listOf, type Campaign, type Program } from '@projections/registry';
import { Answers } from './answers.js';
import { Asks, type Asking } from './asks.js';
import { pageOf } from './page.js';
import { CampaignsQuery, limitOf, ProgramsQuery } from './parameters.js';
import { QueryEndpoint } from './query-endpoint.js';
import { keyOf, registryFilter, registryKey, shown } from './registry-pages.js';

interface Things { readonly campaign: Campaign; readonly scholarship_program: Program }

/** Campaigns and programmes: looked up by code, or listed under what they belong to. */
@Controller()
@ApiTags('registrations')
export class RegisteredThingsController {
  constructor(private readonly answers: Answers) {}

  @QueryEndpoint({ id: 'listCampaigns', path: 'campaigns', summary: ['Danh sách đợt vận động', 'Campaigns, by tree and code'] })
  campaigns(@Asks() asking: Asking, @Query() query: CampaignsQuery): Promise<object> {
    return this.list(asking, 'campaign', query, ({ campaignId }) => campaignId);
  }

  @QueryEndpoint({ id: 'listScholarshipPrograms', path: 'scholarship-programs', summary: ['Danh sách chương trình học bổng', 'Scholarship programmes, by tree and code'] })
  programs(@Asks() asking: Asking, @Query() query: ProgramsQuery): Promise<object> {
    return this.list(asking, 'scholarship_program', query, ({ programId }) => programId);
  }

  private async list<Thing extends keyof Things>(
    asking: Asking, thing: Thing, query: CampaignsQuery & ProgramsQuery, idOf: (row: Things[Thing]) => string,
  ): Promise<object> {
    const limit = limitOf(query);
    const { value, asOf } = await this.answers.ask(asking, REGISTRY, (database) => listOf(database, thing, registryFilter(query), limit, registryKey(query.after)));
    return pageOf(value as Things[Thing][], limit, asOf, keyOf(idOf), shown);
  }
}
