import { types } from 'node:util';

/** Also what Node itself made where the program runs in a context of its own, as under jest: there it is no `Error` of this one. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}
