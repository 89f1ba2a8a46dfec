/** What a log may hold of an error: never its other fields, for a database's may repeat what was stored. */
export function reportOf(error: unknown): { readonly error: string; readonly stack?: string } {
  if (!(error instanceof Error)) return { error: String(error) };
  const { name, message, stack } = error;
  return stack === undefined ? { error: `${name}: ${message}` } : { error: `${name}: ${message}`, stack };
}
