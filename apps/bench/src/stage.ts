import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { runProgram } from './processes/run-program.js';

/** Seed of every log that benches run on. */
export const SEED = 1;
/** Postgres' files may lie outside the data folder; the note in it says where. */
const ELSEWHERE = 'postgres-is-at';

export interface LogWishes { readonly movements: number; readonly associations?: number }

/** Where logs are built once, and the copies of them that one run works on. */
export class Stage {
  private readonly copiesFolder: string;
  private readonly outside: string[] = [];
  private copies = 0;

  constructor(private readonly logsFolder: string) {
    mkdirSync(logsFolder, { recursive: true });
    this.copiesFolder = mkdtempSync(join(resolve(logsFolder), 'run-'));
    // Postgres has a user of its own, who has to come through.
    spawnSync('chmod', ['755', this.copiesFolder]);
  }

  /** A data folder of its own with that log in it; an empty one for no movements. */
  async folderWith({ movements, associations }: LogWishes): Promise<string> {
    const copy = join(this.copiesFolder, String((this.copies += 1)));
    if (movements === 0) {
      mkdirSync(copy);
      return copy;
    }
    const built = join(resolve(this.logsFolder), `${associations === undefined ? 'movements' : `associations-${associations}`}-${movements}`);
    if (!existsSync(join(built, 'bench-log.json'))) {
      const asked = ['--movements', String(movements), '--seed', String(SEED), '--data', built, ...(associations === undefined ? [] : ['--associations', String(associations)])];
      process.stderr.write(`building a log of ${movements} movements in ${built}\n`);
      await runProgram('dist/apps/bench/src/build-log.js', asked, {});
    }
    copyFolder(built, copy);
    this.moveOutsideFiles(copy);
    return copy;
  }

  /** Removes the copies; what was built stays for the next run. */
  discard(): void {
    for (const folder of [this.copiesFolder, ...this.outside]) rmSync(folder, { recursive: true, force: true });
  }

  /** Postgres' files of a copy are a copy as well. */
  private moveOutsideFiles(copy: string): void {
    const note = join(copy, ELSEWHERE);
    if (!existsSync(note)) return;
    const cluster = readFileSync(note, 'utf8').trim();
    const own = `${dirname(cluster)}-bench-${process.pid}-${this.copies}`;
    copyFolder(dirname(cluster), own);
    this.outside.push(own);
    writeFileSync(note, `${join(own, 'cluster')}\n`);
  }
}

/** With owners and modes, which Postgres insists on, and without copying blocks where the file system can share them. */
function copyFolder(from: string, to: string): void {
  const copied = spawnSync('cp', ['-a', '--reflink=auto', realpathSync(from), to], { encoding: 'utf8' });
  if (copied.status !== 0) throw new Error(`${from} could not be copied: ${copied.stderr}`);
}
