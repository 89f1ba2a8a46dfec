import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A program of the project by its path below dist/, wherever it is called from: found from the file of the running
 * program, which may be a link to it. Throws where the project was not built.
 */
export function builtProgram(path: string): string {
  return join(projectRoot(), 'dist', path);
}

/** The project's folder: the nearest one above the running program that holds what was built. */
export function projectRoot(running = process.argv[1]): string {
  for (let folder = dirname(realpathSync(running ?? '.')); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'dist', 'apps'))) return folder;
    if (folder === dirname(folder)) throw new Error('dist/ is missing: run npm run build first');
  }
}
