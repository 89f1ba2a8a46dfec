import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The embedded event store in a process of its own, to be killed and started again on the same folder and port. */
export class ServerProcess {
  private readonly folder = mkdtempSync(join(tmpdir(), 'soquy-es-process-'));
  private child: ChildProcess | undefined;
  private usedPort = 0;

  get port(): number {
    return this.usedPort;
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.usedPort}?tls=false`;
  }

  /** `imports`: modules that its process loads first. */
  async start({ imports = [], env = {} }: { readonly imports?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {}): Promise<void> {
    const program = join(process.cwd(), 'dist/apps/eventstore/src/main.js');
    if (!existsSync(program)) throw new Error('dist/ is missing: run npm run build first');
    const child = spawn(process.execPath, [...imports.flatMap((path) => ['--import', path]), program, '--dir', this.folder, '--port', String(this.usedPort)], {
      env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const lastWords: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => lastWords.push(chunk));
    for await (const line of createInterface({ input: child.stdout })) {
      this.usedPort = (JSON.parse(line) as { port: number }).port;
      return;
    }
    throw new Error(`the event store did not start: ${Buffer.concat(lastWords).toString('utf8')}`);
  }

  /** Still there, and silent. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
