#!/usr/bin/env -S node --max-semi-space-size=64
import { ensureBuilt } from '../../standalone/bin/build.mjs';

ensureBuilt();
await import('../../../dist/apps/cli/src/main.js');
