type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that have a value: an absent field is left out of an event, never stored as null. */
export function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}
