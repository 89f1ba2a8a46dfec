import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, renameSync, statSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { builtProgram } from '@ledger/configuration';
import { Restarts, type RestartWatch } from './restarts.js';

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;
const LOG_KEPT_BYTES = 50 * 1024 * 1024;
const LAST_LINES = 8;
/** Most of what a request or batch makes is garbage at its end: room for it saves a good part of the collector's work. */
const YOUNG_SPACE = '--max-semi-space-size=64';

export interface PartOptions extends RestartWatch {
  readonly name: string;
  /** The program below dist/ and its arguments. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFolder: string;
}

/** One program of the project as a child process: its ready line read, its log kept, started again when it falls. */
export class SupervisedPart {
  private child: ChildProcess | undefined;
  private stopping = false;
  private lastLines: string[] = [];
  private readonly restarts: Restarts;
  private env: Readonly<Record<string, string>>;
  private readonly later: string[] = [];

  constructor(private readonly options: PartOptions) {
    this.restarts = new Restarts(options.name, options);
    this.env = options.env;
  }

  /** Settings for every later start, such as the port that was found free at the first. */
  keepEnv(env: Readonly<Record<string, string>>): void {
    this.env = { ...this.env, ...env };
  }

  keepArguments(args: readonly string[]): void {
    this.later.push(...args);
  }

  /** Starts it and answers the JSON line that it prints when it serves. Rejects with its last words when it ends first. */
  async start(): Promise<Record<string, unknown>> {
    const { options } = this;
    const child = spawn(process.execPath, [YOUNG_SPACE, '--import', pathToFileURL(builtProgram('apps/standalone/src/end-with-parent.js')).href, ...options.program, ...this.later], {
      env: { ...process.env, ...this.env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true,
    });
    this.child = child;
    this.keepLog(child);
    const ready = await this.untilReady(child);
    child.once('exit', (code, signal) => this.fell(signal ?? `exit code ${code}`));
    if (child.exitCode !== null || child.signalCode !== null) this.fell(child.signalCode ?? `exit code ${child.exitCode}`);
    return ready;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(late);
  }

  private keepLog(child: ChildProcess): void {
    mkdirSync(this.options.logFolder, { recursive: true });
    const path = join(this.options.logFolder, `${this.options.name}.log`);
    if (existsSync(path) && statSync(path).size > LOG_KEPT_BYTES) renameSync(path, `${path}.1`);
    const log = createWriteStream(path, { flags: 'a', mode: 0o600 });
    this.lastLines = [];
    createInterface({ input: child.stderr! }).on('line', (line) => {
      log.write(`${line}\n`);
      this.lastLines = [...this.lastLines, line].slice(-LAST_LINES);
    });
    child.once('close', () => log.end());
  }

  private untilReady(child: ChildProcess): Promise<Record<string, unknown>> {
    const { name } = this.options;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`${name} did not say that it serves within ${READY_TIMEOUT_MS / 1000} s`));
      }, READY_TIMEOUT_MS);
      const lines = createInterface({ input: child.stdout! });
      lines.on('line', (line) => {
        if (!line.startsWith('{')) return;
        clearTimeout(late);
        resolve(JSON.parse(line) as Record<string, unknown>);
      });
      child.once('error', reject);
      child.once('close', (code, signal) => {
        clearTimeout(late);
        reject(new Error(`${name} ended at its start (${signal ?? `exit code ${code}`}): ${this.lastLines.map(saidIn).join('\n')}`));
      });
    });
  }

  private fell(why: string): void {
    if (this.stopping) return;
    this.restarts.after(why, async () => {
      if (!this.stopping) await this.start();
    });
  }
}

/** A log line is pino's JSON or plain text: people are shown its message. */
function saidIn(line: string): string {
  try {
    const said = JSON.parse(line) as { msg?: unknown };
    return typeof said.msg === 'string' ? said.msg : line;
  } catch {
    return line;
  }
}
