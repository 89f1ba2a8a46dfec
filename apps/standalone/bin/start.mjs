#!/usr/bin/env node
import { ensureBuilt, projectRoot } from './build.mjs';

ensureBuilt();
process.chdir(projectRoot);
await import('../../../dist/apps/standalone/src/main.js');
