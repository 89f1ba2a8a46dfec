import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExportOutput } from './output.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'soquy-output-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('replaces what an export to the same file left behind that was killed, and nothing else', async () => {
  const path = join(folder, 'all.journal');
  const killed = spawnSync(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")']).pid;
  const others = [`other.journal.${killed}.part`, 'all.journal.old.part', `all.journal.${process.ppid}.part`];
  for (const name of [...others, `all.journal.${killed}.part`, `all.journal.${process.pid}.part`]) writeFileSync(join(folder, name), 'half');
  writeFileSync(path, 'the last export');

  const output = ExportOutput.toFile(path);
  await output.write('whole');
  expect(readFileSync(path, 'utf8')).toBe('the last export');
  await output.finish();
  expect(readFileSync(path, 'utf8')).toBe('whole');
  expect(readdirSync(folder).sort()).toEqual([...others, 'all.journal'].sort());
});

it('leaves the file as it was where the export breaks off', async () => {
  const path = join(folder, 'all.journal');
  writeFileSync(path, 'the last export');
  const output = ExportOutput.toFile(path);
  await output.write('x'.repeat(200_000));
  await output.abandon();
  expect(readFileSync(path, 'utf8')).toBe('the last export');
  expect(readdirSync(folder)).toEqual(['all.journal']);
});
