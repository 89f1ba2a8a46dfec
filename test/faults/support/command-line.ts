import { spawn } from 'node:child_process';

export interface Ended { readonly code: number | null; readonly output: string; readonly errors: string }

/** `soquy …` on a data folder, in a process of its own, while this one goes on. */
export function soquy(dataFolder: string, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['apps/cli/bin/soquy.mjs', ...args], { env: { ...process.env, SOQUY_DATA: dataFolder }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output, errors }));
  });
}
