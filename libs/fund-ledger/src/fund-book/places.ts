import type { VoucherKind } from '../vocabulary.js';

/** Numbers are gapless, so a series is its first number and a list of revisions. */
interface Series { readonly first: number; readonly revisions: number[] }

/** Where each voucher of the open stretch stands in the stream: 8 bytes a voucher. Forks like a layered map. */
export class Places {
  private readonly series = new Map<string, Series>();

  constructor(private readonly below?: Places) {}

  note(kind: VoucherKind, year: number, number: number, revision: number): void {
    const key = `${kind}/${year}`;
    const known = this.series.get(key);
    if (known) known.revisions.push(revision);
    else this.series.set(key, { first: number, revisions: [revision] });
  }

  revisionOf(kind: VoucherKind, year: number, number: number): number | undefined {
    const series = this.series.get(`${kind}/${year}`);
    return series?.revisions[number - series.first] ?? this.below?.revisionOf(kind, year, number);
  }

  fork(): Places {
    return new Places(this);
  }
}
