import { Controller, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { FUND_STATEMENT, fundStandings, fundStatementText, type StatementLine, type WrittenLine } from '@projections/fund-statement';
import { JOURNAL, trialBalance, type TrialScope } from '@projections/journal';
import { REGISTRY, byIds } from '@projections/registry';
import type { ByteText } from '@ledger/kernel';
import { given } from '../commands/given.js';
import { idOf, ReferencePipe } from '../commands/references.js';
import type { WrittenAnswer } from '../http/written-answer.js';
import { Answers } from './answers.js';
import { Asks, type Asking } from './asks.js';
import { AssociationPeriodQuery, PeriodPageQuery, PeriodQuery, StandingQuery } from './audit-parameters.js';
import { Clocks, shownRange, type Range } from './clocks.js';
import { DAY_FORM, NUMBER_FORM, partsOf } from './cursor.js';
import { foundOr404, nextOf, writtenPage } from './page.js';
import { limitOf } from './parameters.js';
import { ERASED_NAME, People } from './people.js';
import { QueryEndpoint } from './query-endpoint.js';

/** What an auditor asks: every movement, what stood when, and double entries. */
@Controller()
@ApiTags('statements')
export class StatementsController {
  constructor(
    private readonly answers: Answers,
    private readonly people: People,
    private readonly clocks: Clocks,
  ) {}

  @QueryEndpoint({
    id: 'getFundStatement', path: 'funds/:fund/statement', isOfOne: true,
    summary: ['Sổ chi tiết của một quỹ', 'Every movement of a fund in posting order with running balances; text that names a person with a token only'],
  })
  async statement(@Asks() asking: Asking, @Param('fund', ReferencePipe) fund: string, @Query() query: PeriodPageQuery): Promise<WrittenAnswer> {
    const fundId = idOf('fund', fund);
    const limit = limitOf(query);
    const range = this.clocks.range(query);
    const after = statementKey(query.after);
    const withSealed = asking.actorId !== undefined;
    const { value, asOf } = await this.answers.ask(asking, FUND_STATEMENT, (database) => fundStatementText(database, fundId, { ...range, withSealed }, limit, after));
    if (value.length === 0) await this.mustExist(asking, 'fund', fundId);
    const texts = withSealed ? await this.openTexts(value) : [];
    // Positions as clients know them name their log.
    const log = asOf.asOfPosition?.split('-')[0] ?? '';
    const items = value.map((line, place) => `${line.text(texts[place])},"position":"${log}-${line.key.position}"}` as ByteText);
    return writtenPage({ fundId, ...shownRange(range) }, asOf, items, nextOf(value, limit, ({ key }) => [key.day, key.anchor, key.seq, key.position]));
  }

  @QueryEndpoint({
    id: 'getFundStanding', path: 'funds/:fund/standing', isOfOne: true,
    summary: ['Số dư theo ngày và theo thời điểm biết', 'What a fund held at the end of a day, as it was known at an instant'],
  })
  async standing(@Asks() asking: Asking, @Param('fund', ReferencePipe) fund: string, @Query() { effectiveOn, knownAt }: StandingQuery): Promise<object> {
    const fundId = idOf('fund', fund);
    const question = { ...given({ effectiveOn }), ...this.clocks.knowing(knownAt) };
    const { value, asOf } = await this.answers.ask(asking, FUND_STATEMENT, (database) => fundStandings(database, [fundId], question));
    const { fundId: _fundId, ...figures } = foundOr404(value[0]);
    if (Object.values(figures).every((amount) => amount === '0')) await this.mustExist(asking, 'fund', fundId);
    return { ...asOf, fundId, effectiveOn: effectiveOn ?? null, knownAt: question.knownAt ?? null, figures };
  }

  @QueryEndpoint({ id: 'getFundTrialBalance', path: 'funds/:fund/trial-balance', summary: ['Bảng cân đối thử của một quỹ', 'Trial balance of a fund over a period'], isOfOne: true })
  async fundTrial(@Asks() asking: Asking, @Param('fund', ReferencePipe) fund: string, @Query() query: PeriodQuery): Promise<object> {
    const fundId = idOf('fund', fund);
    return { fundId, ...(await this.trial(asking, { fundId }, this.clocks.range(query), () => this.mustExist(asking, 'fund', fundId))) };
  }

  @QueryEndpoint({
    id: 'getAssociationTrialBalance', path: 'associations/:association/trial-balance', isOfOne: true,
    summary: ['Bảng cân đối thử của một hội', 'Trial balance over a period of the funds of an association, alone or with all units below it'],
  })
  async associationTrial(@Asks() asking: Asking, @Param('association', ReferencePipe) association: string, @Query() query: AssociationPeriodQuery): Promise<object> {
    const associationId = idOf('association', association);
    const { scope = 'own' } = query;
    const mustExist = (): Promise<void> => this.mustExist(asking, 'association', associationId);
    return { associationId, scope, ...(await this.trial(asking, { associationId, withDescendants: scope === 'descendants' }, this.clocks.range(query), mustExist)) };
  }

  /** `mustExist` is asked only where nothing was posted, which is rare. */
  private async trial(asking: Asking, scope: TrialScope, range: Range, mustExist: () => Promise<void>): Promise<object> {
    const { value, asOf } = await this.answers.ask(asking, JOURNAL, (database) => trialBalance(database, scope, range));
    if (value.lines.length === 0) await mustExist();
    return { ...asOf, ...shownRange(range), ...value };
  }

  private async mustExist(asking: Asking, thing: 'fund' | 'association', id: string): Promise<void> {
    const { value } = await this.answers.ask(asking, REGISTRY, (database) => byIds(database, thing, [id]));
    foundOr404(value[0]);
  }

  /** In the order of the lines. */
  private async openTexts(lines: readonly WrittenLine[]): Promise<readonly Texts[]> {
    const sealed = lines.flatMap((line, place) => TEXTS.flatMap((name) => { const text = line.sealed[name]; return text === undefined ? [] : [{ place, name, ...text }]; }));
    const opened = sealed.length === 0 ? [] : await this.people.openMany(sealed.map(({ personId, sealed: text }) => ({ personId, use: 'text', sealed: text })));
    const texts: Texts[] = lines.map(() => ({}));
    sealed.forEach(({ place, name }, index) => (texts[place]![name] = opened[index] ?? ERASED_NAME));
    return texts;
  }
}

const TEXTS = ['description', 'reason'] as const satisfies readonly (keyof StatementLine)[];
type Texts = { [Name in (typeof TEXTS)[number]]?: string };

function statementKey(after: string | undefined): StatementLine['key'] | undefined {
  if (after === undefined) return undefined;
  const [day, anchor, seq, position] = partsOf(after, [DAY_FORM, NUMBER_FORM, NUMBER_FORM, NUMBER_FORM]);
  return { day: day!, anchor: anchor!, seq: seq!, position: position! };
}
