import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ATTACKS } from './attacks.js';
import { GoodCitizen } from './good-citizen.js';
import { Random } from './random.js';

/** Memory the server may have gained after the first tenth of the rounds. Bytes. */
const GROWTH_ALLOWED = 256 * 1024 * 1024;

/** npm run fuzz:eventstore -- [--seconds 120] [--seed 1]: attacks a server of its own, in a process of its own. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '120' }, seed: { type: 'string', default: '1' } } });
  const until = Date.now() + Number(values.seconds) * 1_000;
  const random = new Random(Number(values.seed));
  const dir = mkdtempSync(join(tmpdir(), 'soquy-fuzz-'));
  const { child, port } = await startServer(dir);
  let exited: number | null | undefined;
  child.on('exit', (code) => (exited = code));
  const citizen = new GoodCitizen(`esdb://127.0.0.1:${port}?tls=false`);
  const names = Object.keys(ATTACKS);
  const started = Date.now();
  let rounds = 0;
  let baseline = 0;
  while (Date.now() < until && exited === undefined) {
    const chosen = [random.pick(names), random.pick(names), random.pick(names)];
    await Promise.all(chosen.map((name) => ATTACKS[name]!(port, random)));
    rounds++;
    if (exited !== undefined) break;
    const memory = residentBytes(child.pid!);
    if (Date.now() - started < (until - started) / 10) baseline = Math.max(baseline, memory);
    if (rounds % 50 === 0) process.stderr.write(`${rounds} rounds, ${Math.round(memory / 1_048_576)} MiB resident\n`);
  }
  const memory = exited === undefined ? residentBytes(child.pid!) : 0;
  const { trouble, appended } = await citizen.finish();
  child.kill('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
  const faults = [exited === undefined ? [] : [`the server exited with ${exited}`], trouble === undefined ? [] : [trouble], memory > baseline + GROWTH_ALLOWED ? ['the server grew'] : []].flat();
  process.stdout.write(`${JSON.stringify({ seed: Number(values.seed), rounds, appended, residentMiB: Math.round(memory / 1_048_576), baselineMiB: Math.round(baseline / 1_048_576), faults })}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

async function startServer(dir: string): Promise<{ child: ChildProcess; port: number }> {
  const program = join(dirname(process.argv[1]!), '..', 'src', 'main.js');
  const child = spawn(process.execPath, [program, '--dir', dir, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout! })) return { child, port: (JSON.parse(line) as { port: number }).port };
  throw new Error('the server did not start');
}

function residentBytes(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return match === null ? 0 : Number(match[1]) * 1_024;
}

main().catch((error: unknown) => {
  process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
});
