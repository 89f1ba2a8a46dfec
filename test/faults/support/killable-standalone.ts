import { discardDataFolder, RunningStandalone, type Instance } from '../../support/standalone.js';

/** Each part by the program that it runs. */
export const PARTS = { api: 'apps/api/src/main.js', projector: 'apps/projector/src/main.js', eventstore: 'apps/eventstore/src/main.js', postgres: 'bin/postgres' } as const;
export type Part = keyof typeof PARTS;

/** `npm start` on one data folder and fixed ports, killed part by part or as a whole, and started again. */
export class KillableStandalone {
  private constructor(private running: RunningStandalone, readonly instance: Instance, readonly token: string) {}

  static async start(options: { dataFolder?: string } = {}): Promise<KillableStandalone> {
    const running = RunningStandalone.start({ ...options, env: { SOQUY_LOG_LEVEL: 'warn' } });
    await running.untilRunning();
    return new KillableStandalone(running, running.instance, running.token);
  }

  get dataFolder(): string {
    return this.running.dataFolder;
  }

  get secrets(): { masterKeyFile: string; hashSecretFile: string } {
    return { masterKeyFile: `${this.dataFolder}/secrets/master.key`, hashSecretFile: `${this.dataFolder}/secrets/hash.key` };
  }

  /** What it said, for whoever looks into a failure. */
  get output(): string {
    return this.running.output;
  }

  pidOf(part: Part): number {
    const pid = this.running.pidsOf(PARTS[part])[0];
    if (pid === undefined) throw new Error(`${part} does not run: ${this.output}`);
    return pid;
  }

  /** Several at the same moment. The supervisor starts them again by itself. */
  async kill(parts: readonly Part[]): Promise<void> {
    const pids = parts.map((part) => this.pidOf(part));
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    for (const [at, part] of parts.entries()) while (this.running.pidsOf(PARTS[part]).every((pid) => pid === pids[at])) await pause();
  }

  /** As a power failure does: the supervisor and every part at once. Then `npm start` again. */
  async killAll(): Promise<void> {
    const pids = this.running.pidsOf('');
    process.kill(this.running.child.pid!, 'SIGKILL');
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await this.startAgain();
  }

  /** Only the supervisor: what it leaves behind ends by itself, or is ended by the next start. */
  async killSupervisor(): Promise<void> {
    process.kill(this.running.child.pid!, 'SIGKILL');
    await this.startAgain();
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.instance.apiUrl}/health/ready`).catch((error: unknown) => error);
    return answer instanceof Response && answer.ok;
  }

  async untilReady(): Promise<void> {
    while (!(await this.isReady())) {
      if (this.running.child.exitCode !== null) throw new Error(`it ended: ${this.output}`);
      await pause();
    }
  }

  /** After a fault that it gave up on: then a person starts it again. */
  async startAgainIfItEnded(): Promise<void> {
    while (this.running.child.exitCode === null) {
      if (await this.isReady()) return;
      await pause();
    }
    await this.startAgain();
  }

  async stop(): Promise<void> {
    await this.running.stop();
  }

  async discard(): Promise<void> {
    await this.stop();
    discardDataFolder(this.dataFolder);
  }

  private async startAgain(): Promise<void> {
    const { apiUrl, pgUrl, eventstoreUrl } = this.instance;
    const port = (url: string): string => new URL(url).port;
    this.running = RunningStandalone.start({
      dataFolder: this.dataFolder,
      env: { SOQUY_LOG_LEVEL: 'warn', SOQUY_PORT: port(apiUrl), SOQUY_PG_PORT: port(pgUrl), SOQUY_EVENTSTORE_PORT: port(eventstoreUrl) },
    });
    await this.running.untilRunning();
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
