import { LayeredMap } from '../src/layered-map.js';
import { BookReferences } from '../src/fund-book/book-references.js';
import { BookScholarships } from '../src/fund-book/book-scholarships.js';
import { Days } from '../src/fund-book/days.js';
import { Places } from '../src/fund-book/places.js';

/** A state as plain values, so that two folds can be compared whatever their layers are. */
export function plainState(value: unknown): unknown {
  if (value instanceof LayeredMap || value instanceof BookScholarships) return Object.fromEntries([...value.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, plainState(one)]));
  if (value instanceof BookReferences) return referencesOf(value);
  if (value instanceof Days) return { latest: value.latest, days: value.after('') };
  if (value instanceof Places) return 'places';
  if (Array.isArray(value)) return value.map(plainState);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainState(one)]));
  return value;
}

/** Of all layers; what was packed has no keys any more. */
function referencesOf(references: BookReferences): object {
  const below = references['below'];
  return { ...(below && referencesOf(below)), ...Object.fromEntries([...references['own']].sort(([a], [b]) => (a < b ? -1 : 1))), packed: references['packed'] };
}
