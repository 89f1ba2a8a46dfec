import type { LiveModel } from './compare/live-tables.js';

/** A read model, and how much of the log it is held against. */
export interface ScopedModel extends LiveModel {
  /** Undefined where it has seen nothing. */
  readonly until: bigint | undefined;
  /** Whether it reflects nothing after `until`. */
  readonly isWhole: boolean;
}

/** Each read model at its own position, or at a past moment where it has come further than that. */
export function scoped(models: readonly LiveModel[], at: bigint | undefined): ScopedModel[] {
  return models.map((model) => {
    const isWhole = at === undefined || model.position === undefined || model.position <= at;
    return { ...model, isWhole, until: isWhole ? model.position : at };
  });
}
