import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Instance {
  readonly apiUrl: string;
  readonly pgUrl: string;
  readonly eventstoreUrl: string;
}

/** The whole of Sổ Quỹ as `npm start` runs it: real processes on a data folder of its own. */
export class RunningStandalone {
  output = '';
  private constructor(readonly dataFolder: string, readonly child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
  }

  static start(options: { dataFolder?: string; env?: Record<string, string>; args?: string[] } = {}): RunningStandalone {
    const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'soquy-e2e-'));
    const child = spawn(process.execPath, ['apps/standalone/bin/start.mjs', ...(options.args ?? [])], {
      env: { ...process.env, SOQUY_PORT: '0', SOQUY_PG_PORT: '0', SOQUY_EVENTSTORE_PORT: '0', ...options.env, SOQUY_DATA: dataFolder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new RunningStandalone(dataFolder, child);
  }

  /** Settles when it says so; rejects with what it said where it ended instead. */
  async untilRunning(): Promise<void> {
    await this.untilSaid('Ctrl-C');
  }

  async untilSaid(words: string): Promise<void> {
    while (!this.output.includes(words)) {
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode}: ${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  get instance(): Instance {
    return JSON.parse(readFileSync(join(this.dataFolder, 'instance.json'), 'utf8')) as Instance;
  }

  get token(): string {
    return (JSON.parse(readFileSync(join(this.dataFolder, 'secrets/tokens.json'), 'utf8')) as { token: string }[])[0]!.token;
  }

  /** Process ids of one part, by the program it runs. */
  pidsOf(program: string): number[] {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
      const parent = readProcess(pid, 'stat').replace(/^.*\) /, '').split(' ')[1];
      return parent === String(this.child.pid) && readProcess(pid, 'cmdline').includes(program);
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill(signal);
      await ended;
    }
    return this.child.exitCode;
  }

  async discard(): Promise<void> {
    await this.stop();
    discardDataFolder(this.dataFolder);
  }

  /** The command line on this instance's data folder. */
  soquy(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return this.soquyOn(this.dataFolder, ...args);
  }

  /** The same on another data folder. */
  soquyOn(dataFolder: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['apps/cli/bin/soquy.mjs', ...args], {
      encoding: 'utf8', env: { ...process.env, SOQUY_DATA: dataFolder }, maxBuffer: 64 * 1024 * 1024,
    });
    return { status, stdout, stderr };
  }
}

/** With Postgres' files, wherever they are. */
export function discardDataFolder(dataFolder: string): void {
  const note = join(dataFolder, 'postgres-is-at');
  if (existsSync(note)) rmSync(dirname(readFileSync(note, 'utf8').trim()), { recursive: true, force: true });
  rmSync(dataFolder, { recursive: true, force: true });
}

/** Empty for a process that has just ended. */
function readProcess(pid: number, file: 'stat' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
