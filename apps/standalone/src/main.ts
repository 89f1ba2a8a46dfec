import { runStandalone } from './run-standalone.js';

process.exitCode = await runStandalone(process.argv.slice(2));
