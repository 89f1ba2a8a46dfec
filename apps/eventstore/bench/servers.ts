import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const TICKS_A_SECOND = 100;

/** A server in a process of its own. */
export class BenchServer {
  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  /** Starts a built program of this app and waits for its line on stdout. */
  static async start(name: string, program: string, args: readonly string[]): Promise<BenchServer> {
    const file = join(dirname(process.argv[1]!), '..', program);
    const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, LOG_LEVEL: 'warn' } });
    for await (const line of createInterface({ input: child.stdout! })) {
      return new BenchServer(name, (JSON.parse(line) as { port: number }).port, child);
    }
    throw new Error(`${name} did not start`);
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  /** Seconds of processor time used so far, user and system. */
  cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  }

  residentMiB(): number {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.child.pid}/status`, 'latin1'));
    return Math.round(Number(match?.[1] ?? 0) / 1024);
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    return new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.kill(signal);
    });
  }
}
