import { Controller, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ASSOCIATION_TOTALS, associationTotals, NO_ASSOCIATION_FIGURES } from '@projections/association-totals';
import { FUND_BALANCES, closingByMonth } from '@projections/fund-balances';
import { REGISTRY, byIds, listOf } from '@projections/registry';
import { given } from '../commands/given.js';
import { idOf, ReferencePipe } from '../commands/references.js';
import { invalidInput } from '../http/problem.js';
import { Answers } from './answers.js';
import { Asks, type Asking } from './asks.js';
import { AssociationPeriodQuery } from './audit-parameters.js';
import { Clocks, shownRange } from './clocks.js';
import { foundOr404, pageOf } from './page.js';
import { AssociationsQuery, AtQuery, limitOf, MonthsQuery } from './parameters.js';
import { QueryEndpoint } from './query-endpoint.js';
import { keyOf, registryFilter, registryKey, shown } from './registry-pages.js';

/** The longest span of monthly figures in one answer. */
const MOST_MONTHS = 120;

@Controller('associations')
@ApiTags('associations')
export class AssociationsController {
  constructor(
    private readonly answers: Answers,
    private readonly clocks: Clocks,
  ) {}

  @QueryEndpoint({ id: 'listAssociations', path: '', summary: ['Danh sách hội', 'Associations, by tree and code'] })
  async list(@Asks() asking: Asking, @Query() query: AssociationsQuery): Promise<object> {
    const limit = limitOf(query);
    const { value, asOf } = await this.answers.ask(asking, REGISTRY, (database) => listOf(database, 'association', registryFilter(query), limit, registryKey(query.after)));
    return pageOf(value, limit, asOf, keyOf(({ associationId }) => associationId), shown);
  }

  @QueryEndpoint({ id: 'getAssociation', path: ':association', summary: ['Một hội', 'One association'], isOfOne: true })
  async one(@Asks() asking: Asking, @Param('association', ReferencePipe) association: string, @Query() _query: AtQuery): Promise<object> {
    const { value, asOf } = await this.answers.ask(asking, REGISTRY, (database) => byIds(database, 'association', [idOf('association', association)]));
    return { ...asOf, ...shown(foundOr404(value[0])) };
  }

  @QueryEndpoint({
    id: 'getAssociationTotals', path: ':association/totals', summary: ['Tổng hợp của một hội', 'All figures of an association over a range of days'], isOfOne: true,
  })
  async totals(@Asks() asking: Asking, @Param('association', ReferencePipe) association: string, @Query() query: AssociationPeriodQuery): Promise<object> {
    const { scope = 'own' } = query;
    const range = this.clocks.range(query);
    const associationId = idOf('association', association);
    const { value, asOf } = await this.answers.ask(asking, ASSOCIATION_TOTALS, (database) => associationTotals(database, [associationId], { withDescendants: scope === 'descendants', ...range }));
    if (value.length === 0) await this.mustExist(asking, associationId);
    return { ...asOf, scope, ...shownRange(range), associationId, figures: value[0]?.figures ?? NO_ASSOCIATION_FIGURES };
  }

  /** Before an association's first day, or before it was known, all of its figures are zero; one that is not there is a 404. */
  private async mustExist(asking: Asking, associationId: string): Promise<void> {
    const { value } = await this.answers.ask(asking, REGISTRY, (database) => byIds(database, 'association', [associationId]));
    foundOr404(value[0]);
  }

  @QueryEndpoint({
    id: 'listMonthlyClosings', path: ':association/monthly-closings', summary: ['Số dư quỹ cuối từng tháng', 'Closing of every fund below an association at each month\'s end'],
  })
  async months(@Asks() asking: Asking, @Param('association', ReferencePipe) association: string, @Query() { from, to, effectiveOn, knownAt }: MonthsQuery): Promise<object> {
    if (from > to) throw invalidInput([{ parameter: 'from', code: 'date_range_backward' }]);
    if (monthsBetween(from, to) > MOST_MONTHS) throw invalidInput([{ parameter: 'to', code: 'range_too_long', details: { limit: String(MOST_MONTHS) } }]);
    const range = { from, to, ...this.clocks.knowing(knownAt), ...given({ on: effectiveOn }) };
    const { value, asOf } = await this.answers.ask(asking, FUND_BALANCES, (database) => closingByMonth(database, idOf('association', association), range));
    return { ...asOf, ...shownRange(range), effectiveOn: effectiveOn ?? null, items: value };
  }
}

function monthsBetween(from: string, to: string): number {
  const months = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5));
  return months(to) - months(from) + 1;
}
