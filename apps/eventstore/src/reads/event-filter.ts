import { RE2JS, RE2JSException } from 're2js';
import type { ServerLimits } from '../limits.js';
import type { StoredRecord } from '../storage/index.js';
import type { FilterExpression } from '../wire/read-request.js';

/** Verdicts kept per filter, so that a name is matched once; dropped all together when full. */
const REMEMBERED_NAMES = 10_000;

export type FilterRefusal =
  | { kind: 'regex_too_long'; limit: number }
  | { kind: 'regex_not_supported'; reason: string }
  | { kind: 'regex_too_complex'; size: number; limit: number }
  | { kind: 'too_many_prefixes'; limit: number };

/** Decides which events of $all a reader wants. */
export interface EventFilter {
  matches(record: StoredRecord): boolean;
}

/**
 * Compiles a filter. Regular expressions run in RE2, whose time grows with the length of the name times the size of
 * the compiled pattern and never more; both are bounded. What it cannot take (lookahead, backreferences) is refused,
 * because a pattern that runs away would stop the server for everybody.
 */
export function compileFilter(expression: FilterExpression, limits: ServerLimits): EventFilter | FilterRefusal {
  const nameOf = expression.on === 'stream' ? streamOf : typeOf;
  if (expression.regex === undefined) {
    if (expression.prefixes.length > limits.maxFilterPrefixes) {
      return { kind: 'too_many_prefixes', limit: limits.maxFilterPrefixes };
    }
    const prefixes = expression.prefixes;
    return { matches: (record) => startsWithAny(nameOf(record), prefixes) };
  }
  if (expression.regex.length > limits.maxRegexLength) return { kind: 'regex_too_long', limit: limits.maxRegexLength };
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(expression.regex);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { kind: 'regex_not_supported', reason: error.message };
  }
  const size = pattern.matcher('').programSize();
  if (size > limits.maxRegexProgram) return { kind: 'regex_too_complex', size, limit: limits.maxRegexProgram };
  const verdicts = new Map<string, boolean>();
  return {
    matches: (record) => {
      const name = nameOf(record);
      const known = verdicts.get(name);
      if (known !== undefined) return known;
      if (verdicts.size >= REMEMBERED_NAMES) verdicts.clear();
      const verdict = pattern.test(name);
      verdicts.set(name, verdict);
      return verdict;
    },
  };
}

/** What the caller is told. */
export function describeRefusal(refusal: FilterRefusal): string {
  switch (refusal.kind) {
    case 'regex_too_long':
      return `the regular expression of a filter has at most ${refusal.limit} characters`;
    case 'regex_not_supported':
      return `the regular expression of the filter is not supported (RE2 syntax, no lookahead or backreferences): ${refusal.reason}`;
    case 'regex_too_complex':
      return `the regular expression of the filter compiles to ${refusal.size} steps, the limit is ${refusal.limit}`;
    case 'too_many_prefixes':
      return `a filter has at most ${refusal.limit} prefixes`;
  }
}

function streamOf(record: StoredRecord): string {
  return record.stream;
}

function typeOf(record: StoredRecord): string {
  return record.type;
}

function startsWithAny(name: string, prefixes: readonly string[]): boolean {
  for (const prefix of prefixes) if (name.startsWith(prefix)) return true;
  return false;
}
