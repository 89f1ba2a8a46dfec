import { builtProgram } from '@ledger/configuration';
import { SupervisedPart, type PartOptions } from './supervised-part.js';

export type PartWatch = Pick<PartOptions, 'logFolder' | 'onRestart' | 'onGivenUp'>;

export function eventStorePart(watch: PartWatch, options: { readonly folder: string; readonly port: number }): SupervisedPart {
  return new SupervisedPart({
    ...watch, name: 'eventstore', env: {},
    program: [builtProgram('apps/eventstore/src/main.js'), '--dir', options.folder, '--port', String(options.port)],
  });
}

export function projectorPart(watch: PartWatch, env: Readonly<Record<string, string>>): SupervisedPart {
  return new SupervisedPart({ ...watch, name: 'projector', env, program: [builtProgram('apps/projector/src/main.js')] });
}

export function apiPart(watch: PartWatch, env: Readonly<Record<string, string>>): SupervisedPart {
  return new SupervisedPart({ ...watch, name: 'api', env, program: [builtProgram('apps/api/src/main.js')] });
}
