/** Collects the values of a statement that is put together from parts; `add` answers the placeholder to write. */
export class SqlParameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
