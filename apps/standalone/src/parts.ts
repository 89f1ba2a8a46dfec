import { join } from 'node:path';
import { SupervisedPart, type PartOptions } from './supervised-part.js';

/** Programs below dist/, which holds the same tree as the sources. */
const program = (path: string): string => join(process.cwd(), 'dist', path);

export type PartWatch = Pick<PartOptions, 'logFolder' | 'onRestart' | 'onGivenUp'>;

export function eventStorePart(watch: PartWatch, options: { readonly folder: string; readonly port: number }): SupervisedPart {
  return new SupervisedPart({
    ...watch, name: 'eventstore', env: {},
    program: [program('apps/eventstore/src/main.js'), '--dir', options.folder, '--port', String(options.port)],
  });
}

export function projectorPart(watch: PartWatch, env: Readonly<Record<string, string>>): SupervisedPart {
  return new SupervisedPart({ ...watch, name: 'projector', env, program: [program('apps/projector/src/main.js')] });
}

export function apiPart(watch: PartWatch, env: Readonly<Record<string, string>>): SupervisedPart {
  return new SupervisedPart({ ...watch, name: 'api', env, program: [program('apps/api/src/main.js')] });
}
