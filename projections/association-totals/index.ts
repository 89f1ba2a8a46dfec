export { ASSOCIATION_TOTALS, associationTotalsProjection } from './association-totals.projection.js';
export { NO_ASSOCIATION_FIGURES } from './measures.js';
export type { AssociationFigures, Measure as AssociationMeasure } from './measures.js';
export { ASSOCIATION_LIST_LIMIT, associationTotals, movementSpan } from './queries.js';
export type { AssociationTotals, TotalsQuestion } from './queries.js';
