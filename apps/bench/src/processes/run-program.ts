import { spawn } from 'node:child_process';
import { cpuSecondsBelow, peakMiBBelow } from './process-tree.js';

export interface ProgramRun { readonly seconds: number; readonly said: string; readonly peakMiB: number; readonly cpuSeconds: number }

const SAMPLE_MS = 100;

/** Runs one of our programs to its end. `file` from the project's root. Throws with what it said where its exit code is not one of `allowed`. */
export async function runProgram(file: string, args: readonly string[], env: Readonly<Record<string, string>>, allowed: readonly number[] = [0]): Promise<ProgramRun> {
  const started = performance.now();
  const child = spawn(process.execPath, [file, ...args], { env: { ...process.env, SOQUY_LOG_LEVEL: 'warn', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-20_000)));
  let peakMiB = 0;
  let cpuSeconds = 0;
  const sampling = setInterval(() => {
    peakMiB = Math.max(peakMiB, peakMiBBelow(child.pid!));
    cpuSeconds = Math.max(cpuSeconds, cpuSecondsBelow(child.pid!));
  }, SAMPLE_MS);
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  clearInterval(sampling);
  if (code === null || !allowed.includes(code)) throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${said}`);
  return { seconds: (performance.now() - started) / 1_000, said, peakMiB, cpuSeconds };
}
