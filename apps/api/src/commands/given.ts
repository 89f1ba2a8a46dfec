type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
  & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** The object without what was not given: an absent field and an undefined one must not be told apart later. */
export function given<T extends object>(object: T): Given<T> {
  const present: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) if (value !== undefined) present[name] = value;
  return present as Given<T>;
}
