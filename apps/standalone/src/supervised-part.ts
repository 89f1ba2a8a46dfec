import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, renameSync, statSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A part that fails this often within the window is not going to recover by being started again. */
const RESTARTS_ALLOWED = 5;
const RESTART_WINDOW_MS = 60_000;
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;
const LOG_KEPT_BYTES = 50 * 1024 * 1024;
const LAST_LINES = 8;

export interface PartOptions {
  readonly name: string;
  /** The program below dist/ and its arguments. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFolder: string;
  readonly onRestart: (name: string, why: string) => void;
  /** Called once when the part has failed too often. */
  readonly onGivenUp: (name: string, why: string) => void;
}

/** One program of the project as a child process: its ready line read, its log kept, started again when it falls. */
export class SupervisedPart {
  private child: ChildProcess | undefined;
  private stopping = false;
  private readonly failures: number[] = [];
  private lastLines: string[] = [];

  constructor(private readonly options: PartOptions) {}

  /** Starts it and answers the JSON line that it prints when it serves. Rejects with its last words when it ends first. */
  async start(): Promise<Record<string, unknown>> {
    const { options } = this;
    const child = spawn(process.execPath, [...options.program], {
      env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true,
    });
    this.child = child;
    this.keepLog(child);
    const ready = await this.untilReady(child);
    child.once('exit', (code, signal) => this.fell(signal ?? `exit code ${code}`));
    if (child.exitCode !== null || child.signalCode !== null) this.fell(child.signalCode ?? `exit code ${child.exitCode}`);
    return ready;
  }

  get pid(): number | undefined {
    return this.child?.pid;
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
    const now = Date.now();
    this.failures.push(now);
    const recent = this.failures.filter((at) => now - at < RESTART_WINDOW_MS);
    if (recent.length > RESTARTS_ALLOWED) {
      this.options.onGivenUp(this.options.name, why);
      return;
    }
    this.options.onRestart(this.options.name, why);
    setTimeout(() => {
      if (this.stopping) return;
      this.start().catch((error: unknown) => this.fell(error instanceof Error ? error.message : String(error)));
    }, 200 * recent.length);
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
