import { EventLogError } from '../storage/index.js';
import { commandProgram } from './command-program.js';

const output = {
  out: (line: string): void => void process.stdout.write(`${line}\n`),
  err: (line: string): void => void process.stderr.write(`${line}\n`),
};

commandProgram(output, (code) => (process.exitCode = code))
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    // A damaged or locked folder is an answer; anything else is a bug and shows its stack.
    output.err(error instanceof EventLogError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  });
