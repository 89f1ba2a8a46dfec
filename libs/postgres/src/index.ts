export { databaseAt, type DatabaseSettings } from './database-at.js';
export { copiedBytes, literal } from './copied-bytes.js';
export { copyIn } from './copy-in.js';
export { CopySession, withCopySessions, type ComingRows } from './copy-out.js';
export { isError } from './is-error.js';
export { NamedStatement } from './named-statement.js';
export { runMigrations } from './run-migrations.js';
