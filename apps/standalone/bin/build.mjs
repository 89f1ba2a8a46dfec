// Builds dist/ when it is missing or older than the sources: a fresh clone needs no third command.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const SOURCES = ['apps', 'libs', 'projections'];
const stamp = join(projectRoot, 'dist', '.built');
const lock = join(projectRoot, '.building');
const LOCK_STALE_MS = 60_000;

function newestSource(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestSource(path));
    else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts')) newest = Math.max(newest, statSync(path).mtimeMs);
  }
  return newest;
}

function isFresh() {
  if (!existsSync(stamp)) return false;
  const built = statSync(stamp).mtimeMs;
  return SOURCES.every((folder) => newestSource(join(projectRoot, folder)) <= built);
}

function takeLock() {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > LOCK_STALE_MS) rmSync(lock, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

export function ensureBuilt() {
  if (isFresh()) return;
  takeLock();
  try {
    if (isFresh()) return;
    const started = new Date();
    const swc = join(projectRoot, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
    const made = spawnSync(process.execPath, [swc, ...SOURCES, '-d', 'dist', '--config-file', '.swcrc', '--only', '**/*.ts', '--ignore', '**/*.spec.ts', '--quiet'],
      { cwd: projectRoot, stdio: ['ignore', 'ignore', 'inherit'] });
    if (made.status !== 0) {
      process.stderr.write('The project could not be built; run "npm ci" first, then "npm run build" to see why.\n');
      process.exit(1);
    }
    writeFileSync(stamp, started.toISOString());
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
