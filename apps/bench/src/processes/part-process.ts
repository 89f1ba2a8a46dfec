import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const STOP_MS = 20_000;
/** As the standalone starts its parts. */
const YOUNG_SPACE = '--max-semi-space-size=64';
const END_WITH_PARENT = pathToFileURL(join(process.cwd(), 'dist/apps/standalone/src/end-with-parent.js')).href;

/** One program of the project in a process of its own, that says in a line of JSON when it serves. */
export class PartProcess {
  private constructor(readonly name: string, readonly child: ChildProcess, readonly ready: Readonly<Record<string, unknown>>) {}

  /** `program` below dist/. Rejects with its last words where it ends first. */
  static start(name: string, program: string, options: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>>; readonly flags?: readonly string[] } = {}): Promise<PartProcess> {
    const child = spawn(process.execPath, [YOUNG_SPACE, '--import', END_WITH_PARENT, ...(options.flags ?? []), join('dist', program), ...(options.args ?? [])], {
      env: { ...process.env, SOQUY_LOG_LEVEL: 'warn', LOG_LEVEL: 'warn', ...options.env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let said = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
    return new Promise((resolve, reject) => {
      createInterface({ input: child.stdout! }).on('line', (line) => {
        if (line.startsWith('{')) resolve(new PartProcess(name, child, JSON.parse(line) as Record<string, unknown>));
      });
      child.once('error', reject);
      child.once('close', (code, signal) => reject(new Error(`${name} ended at its start (${signal ?? code}): ${said}`)));
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(late);
  }
}
