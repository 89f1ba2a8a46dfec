#!/usr/bin/env node
// run-built.mjs <file below dist> [arguments]: runs one program of the project, built first where it has to be.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, projectRoot } from './build.mjs';

ensureBuilt();
const program = join(projectRoot, 'dist', process.argv[2] ?? '');
process.argv.splice(1, 2, program);
await import(pathToFileURL(program).href);
