import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PROCESS_TOKEN = 'a-token-for-process-tests';

/** The built api as a process of its own, on stores that the test brings. */
export class ApiProcess {
  log = '';
  url = '';
  private constructor(readonly child: ChildProcess, private readonly folder: string) {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.log += text));
  }

  /** Rejects with what it said where it ends before it serves. */
  static async start(env: Readonly<Record<string, string>>): Promise<ApiProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'soquy-api-process-'));
    const child = spawn(process.execPath, ['dist/apps/api/src/main.js'], {
      env: { ...process.env, SOQUY_DATA: folder, SOQUY_PORT: '0', SOQUY_TOKENS: `treasurer:${PROCESS_TOKEN}`, ...env }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    const api = new ApiProcess(child, folder);
    await api.untilReady();
    return api;
  }

  private untilReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.child.stdout!.once('data', (line: Buffer) => {
        this.url = (JSON.parse(line.toString()) as { url: string }).url;
        resolve();
      });
      this.child.once('exit', (code) => {
        rmSync(this.folder, { recursive: true, force: true });
        reject(new Error(`exit ${code}: ${this.log}`));
      });
    });
  }

  /** The exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
    const ended = new Promise<number | NodeJS.Signals | null>((resolve) => child.once('exit', (code, by) => resolve(code ?? by)));
    child.kill(signal);
    return ended;
  }
}
