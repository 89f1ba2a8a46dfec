import { commands } from './commands.js';
import { firstCommand } from './first-command.js';
import { hotFund } from './hot-fund.js';
import { importSet } from './import-set.js';
import { memory } from './memory.js';
import type { BenchPart } from './part.js';
import { catchUp, rebuild, verify } from './projections.js';
import { queries } from './queries.js';
import { visibility } from './visibility.js';

/** In the order in which they are run: what changes the ledger comes after what reads it. */
export const PARTS: readonly BenchPart[] = [catchUp, rebuild, queries, visibility, commands, hotFund, importSet, verify, memory, firstCommand];
