// Checks the read models against the log, with code of its own: nothing of theirs is used here.
export { BeyondTheLog, verify, type Verification } from './verify.js';
export type { Verdict, VerificationProgress, VerifiedModel } from './verdict.js';
export type { ColumnDifference, Difference, DifferenceGroup, EventPlace } from './differences.js';
export { nameHashesThrough, withoutKeys, type NameHashes, type Registered } from './people.js';
export { JoinedProgress, PARTS, joinedVerdict } from './parts.js';
export { connectionsFor } from './compare-tables.js';
export type { SqlSession } from './compare/sql-session.js';
