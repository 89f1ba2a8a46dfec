import type { RowSubmission } from '../submission.js';

/** Rows as submissions. Each is made when it is asked for, and is the same whenever it is. */
export interface Submissions extends Iterable<RowSubmission> {
  readonly length: number;
  at(index: number): RowSubmission;
}

/** So many are kept once they are made, some 60 MB; of longer lists none: those are asked three times, and would take gigabytes. */
const KEPT = 100_000;

export class MadeSubmissions implements Submissions {
  private readonly kept: RowSubmission[] | undefined;

  constructor(
    readonly length: number,
    private readonly make: (index: number) => RowSubmission,
  ) {
    this.kept = length <= KEPT ? [] : undefined;
  }

  static ofRows<Row>(rows: readonly Row[], make: (row: Row) => RowSubmission): MadeSubmissions {
    return new MadeSubmissions(rows.length, (index) => make(rows[index]!));
  }

  at(index: number): RowSubmission {
    return this.kept ? (this.kept[index] ??= this.make(index)) : this.make(index);
  }

  *[Symbol.iterator](): Generator<RowSubmission> {
    for (let index = 0; index < this.length; index += 1) yield this.at(index);
  }
}

/** Several lists as one, in their order. */
export class JoinedSubmissions implements Submissions {
  readonly length: number;

  constructor(private readonly parts: readonly Submissions[]) {
    this.length = parts.reduce((sum, part) => sum + part.length, 0);
  }

  at(index: number): RowSubmission {
    let left = index;
    for (const part of this.parts) {
      if (left < part.length) return part.at(left);
      left -= part.length;
    }
    throw new RangeError(`there are ${this.length} submissions, asked for ${index}`);
  }

  *[Symbol.iterator](): Generator<RowSubmission> {
    for (const part of this.parts) yield* part;
  }
}
