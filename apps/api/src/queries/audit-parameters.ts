import { Choice, Code, DayField, Reference } from '../http/fields.js';
import { AlsoLastDay, EndOfDay, FirstDay, KnownAt, LastDay } from './clocks.js';
import { AtQuery, PageQuery, TreeQuery } from './parameters.js';

/** At the end of a day. */
export class StandingQuery extends AtQuery {
  @EndOfDay() effectiveOn?: string;
  @KnownAt() knownAt?: string;
}

export class BalancesQuery extends PageQuery {
  @Reference({ optional: true, description: 'Only funds that this association holds.' }) association?: string;
  @Reference({ optional: true, description: 'Only funds of this association and everything below it.' }) under?: string;
  @EndOfDay() effectiveOn?: string;
  @KnownAt() knownAt?: string;
}

/** Over a range of days. */
export class PeriodQuery extends AtQuery {
  @FirstDay() from?: string;
  @LastDay() to?: string;
  @AlsoLastDay() effectiveOn?: string;
  @KnownAt() knownAt?: string;
}

/** The same, page by page. */
export class PeriodPageQuery extends PageQuery {
  @FirstDay() from?: string;
  @LastDay() to?: string;
  @AlsoLastDay() effectiveOn?: string;
  @KnownAt() knownAt?: string;
}

export class AssociationPeriodQuery extends PeriodQuery {
  @Choice(['own', 'descendants'], { optional: true, description: 'What is its own (the default), or with all units below it.' }) scope?: 'own' | 'descendants';
}

const AS_OF = { optional: true, description: 'At the end of this day; left out: today. Overdue is what was due before it.' };
const ALSO_AS_OF = { optional: true, description: 'As `asOf`; of both the earlier holds.' };

export class PledgesQuery extends TreeQuery {
  @Reference({ optional: true }) fund?: string;
  @Reference({ optional: true }) donor?: string;
  @Reference({ optional: true }) campaign?: string;
  @Reference({ optional: true, description: 'To funds that this association holds.' }) association?: string;
  @Reference({ optional: true, description: 'To funds of this association and everything below it.' }) under?: string;
  @Choice(['outstanding', 'overdue'], { optional: true, description: 'Only those of which something is outstanding, or overdue.' }) only?: 'outstanding' | 'overdue';
  @DayField(AS_OF) asOf?: string;
  @DayField(ALSO_AS_OF) effectiveOn?: string;
  @KnownAt() knownAt?: string;
}

export class PledgeTotalsQuery extends AtQuery {
  @Code({ optional: true, description: 'The code of the tree\'s root association.' }) tree?: string;
  @Reference({ optional: true }) fund?: string;
  @Reference({ optional: true }) donor?: string;
  @Reference({ optional: true }) campaign?: string;
  @Reference({ optional: true, description: 'To funds that this association holds.' }) association?: string;
  @Reference({ optional: true, description: 'To funds of this association and everything below it.' }) under?: string;
  @DayField(AS_OF) asOf?: string;
  @DayField(ALSO_AS_OF) effectiveOn?: string;
  @KnownAt() knownAt?: string;
}
