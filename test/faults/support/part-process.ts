import { spawn, type ChildProcess } from 'node:child_process';

export type Program = 'api' | 'projector';

/** One built program as a process of its own, on stores that the test brings. */
export class PartProcess {
  log = '';
  private constructor(readonly child: ChildProcess, readonly ready: Readonly<Record<string, unknown>>) {}

  /** Resolves with its ready line read; rejects with what it said where it ends before. `imports`: modules that it loads first. */
  static async start(program: Program, env: Readonly<Record<string, string>>, imports: readonly string[] = []): Promise<PartProcess> {
    const child = spawn(process.execPath, [...imports.flatMap((path) => ['--import', path]), `dist/apps/${program}/src/main.js`], {
      env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const hear = (text: string): void => void (said += text);
    child.stderr!.setEncoding('utf8').on('data', hear);
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout!.setEncoding('utf8').once('data', resolve);
      child.once('close', (code) => reject(new Error(`the ${program} ended with ${code}: ${said}`)));
    });
    const part = new PartProcess(child, JSON.parse(line) as Record<string, unknown>);
    part.log = said;
    child.stderr!.off('data', hear).on('data', (text: string) => (part.log += text));
    return part;
  }

  get url(): string {
    return String(this.ready['url']);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
    const ended = new Promise<number | NodeJS.Signals | null>((resolve) => child.once('exit', (code, by) => resolve(code ?? by)));
    child.kill(signal);
    // A stopped process hears nothing but SIGKILL.
    if (signal !== 'SIGKILL') child.kill('SIGCONT');
    return ended;
  }
}
