import { CreateCommandTables1700000000200 } from './create-command-tables.js';
import { KeepFolds1700000000202 } from './keep-folds.js';
import { IndexBooksOnDemand1700000000201 } from './index-books-on-demand.js';

/** The tables of command handling, in the order of their making. */
export const commandMigrations = [CreateCommandTables1700000000200, IndexBooksOnDemand1700000000201, KeepFolds1700000000202];
