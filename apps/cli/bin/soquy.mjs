#!/usr/bin/env node
import { ensureBuilt } from '../../standalone/bin/build.mjs';

ensureBuilt();
await import('../../../dist/apps/cli/src/main.js');
