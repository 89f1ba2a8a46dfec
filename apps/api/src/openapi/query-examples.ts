import type { RequestExample } from './examples.js';

/** Questions about what the command examples recorded. */
export const QUERY_EXAMPLES: readonly RequestExample[] = [];
