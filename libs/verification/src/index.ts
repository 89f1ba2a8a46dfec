// Checks the read models against the log, with code of its own: nothing of theirs is used here.
export { verify, type Verification } from './verify.js';
export type { Verdict, VerificationProgress } from './verdict.js';
export type { ColumnDifference, Difference, EventPlace } from './differences.js';
export type { NameHashes, Registered } from './people.js';
export type { SqlSession } from './compare/found-rows.js';
