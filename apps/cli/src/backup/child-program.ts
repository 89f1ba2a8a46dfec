import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { builtProgram } from '@ledger/configuration';

const END_WITH_PARENT = (): string => pathToFileURL(builtProgram('apps/standalone/src/end-with-parent.js')).href;
const KEPT_WORDS = 2_000;

/** A program of ours ended where it should have served or answered; the message is what it said last. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed';
}

export interface ServingProgram {
  /** The JSON line that it printed when it served. */
  readonly said: Record<string, unknown>;
  stop(): Promise<void>;
}

/** Starts a server of ours and waits until it says that it serves. It does not outlive this process. Throws ProgramFailed. */
export async function serve(path: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<ServingProgram> {
  const child = spawn(process.execPath, ['--import', END_WITH_PARENT(), builtProgram(path), ...args], {
    env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true,
  });
  let lastWords = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (lastWords = (lastWords + text).slice(-KEPT_WORDS)));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const said = await new Promise<Record<string, unknown>>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line) as Record<string, unknown>);
    });
    child.once('error', reject);
    child.once('close', () => reject(new ProgramFailed(lastWords.trim())));
  });
  return {
    said,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Runs a tool of the event store that answers with one JSON report. Throws ProgramFailed with the reason it gives. */
export async function eventStoreTool<Report>(...args: readonly string[]): Promise<Report> {
  const child = spawn(process.execPath, ['--import', END_WITH_PARENT(), builtProgram('apps/eventstore/src/commands/main.js'), ...args, '--json'], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true });
  let out = '';
  let lastWords = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (lastWords = (lastWords + text).slice(-KEPT_WORDS)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (!out.trimStart().startsWith('{')) throw new ProgramFailed(lastWords.trim());
  const report = JSON.parse(out) as { kind: string; text?: { vi: string; en: string } };
  if (code !== 0) throw new ProgramFailed(report.text ? `${report.text.vi} / ${report.text.en}` : report.kind);
  return report as Report;
}
