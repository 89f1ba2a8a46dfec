import type { VoucherKind } from '../vocabulary.js';

/** Numbers are gapless, so a series is its first number and a list of revisions. */
interface Series { readonly first: number; readonly revisions: number[]; drained: number }

/** A stretch of one series: the number of its first voucher, and how many revisions follow from which place on. */
export interface SeriesStretch { readonly series: string; readonly first: number; readonly from: number; readonly count: number }

/** Where each voucher of the open stretch stands in the stream: 8 bytes a voucher. Forks like a layered map. */
export class Places {
  private readonly series = new Map<string, Series>();

  constructor(private readonly below?: Places) {}

  note(kind: VoucherKind, year: number, number: number, revision: number): void {
    const key = `${kind}/${year}`;
    const known = this.series.get(key);
    if (known) known.revisions.push(revision);
    else this.series.set(key, { first: number, revisions: [revision], drained: 0 });
  }

  revisionOf(kind: VoucherKind, year: number, number: number): number | undefined {
    const series = this.series.get(`${kind}/${year}`);
    return series?.revisions[number - series.first] ?? this.below?.revisionOf(kind, year, number);
  }

  /** What was noted since the last draining. */
  drain(): { readonly stretches: readonly SeriesStretch[]; readonly revisions: Uint32Array } {
    const stretches: SeriesStretch[] = [];
    const revisions: number[] = [];
    for (const [series, known] of this.series) {
      const { first, drained: from } = known;
      if (from === known.revisions.length) continue;
      stretches.push({ series, first, from, count: known.revisions.length - from });
      for (let at = from; at < known.revisions.length; at += 1) revisions.push(known.revisions[at]!);
      known.drained = known.revisions.length;
    }
    return { stretches, revisions: Uint32Array.from(revisions) };
  }

  /** Takes what was drained from another; a stretch that is there already is taken again without harm. */
  restore(stretches: readonly SeriesStretch[], revisions: Uint32Array): void {
    let at = 0;
    for (const { series, first, from, count } of stretches) {
      let known = this.series.get(series);
      if (!known) this.series.set(series, (known = { first, revisions: [], drained: 0 }));
      for (let place = from; place < from + count; place += 1) known.revisions[place] = revisions[at++]!;
      known.drained = known.revisions.length;
    }
  }

  fork(): Places {
    return new Places(this);
  }
}
