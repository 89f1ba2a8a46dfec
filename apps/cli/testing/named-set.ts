import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = 'MH';
const SAMPLE = 'samples/nam-hoc-2023-24';

/** What is put into the sample for people who are erased: texts that stand nowhere else. */
export const PUPIL = { code: 'MH-B000218', name: 'Khuất Thị Lăng Vân', born: '1997-02-23', school: 'Trường Tiểu học Kỳ Lân Xanh' } as const;
export const DONOR = { code: 'MH-D00001', name: 'Ngụy Bá Thước Ngọc' } as const;
/** Free text of a payment to the pupil that names her. */
export const DESCRIPTION = 'Tặng cháu Khuất Lăng Vân chiếc xe đạp';
/** Somebody who stays. */
export const NEIGHBOUR = { code: 'MH-B000003', name: 'Phạm Bảo Tuấn' } as const;
/** Stands in the clear: a search that does not find it finds nothing. */
export const ORGANISATION = 'Công ty Cổ phần Hoàng Gia 3';

/** A copy of the sample set in which some people have names like nobody else. */
export function namedSet(): string {
  const folder = mkdtempSync(join(tmpdir(), 'soquy-named-'));
  for (const name of readdirSync(SAMPLE)) copyFileSync(join(SAMPLE, name), join(folder, name));
  rewrite(folder, 'beneficiaries.csv', PUPIL.code, (line) => line.replace(/^([^,]+),[^,]*,([^,]*),[^,]*,([^,]*),.*$/, `$1,${PUPIL.name},$2,${PUPIL.born},$3,${PUPIL.school}`));
  rewrite(folder, 'donors.csv', DONOR.code, (line) => line.replace(/^([^,]+),[^,]*,/, `$1,${DONOR.name},`));
  rewrite(folder, 'disbursements.csv', PUPIL.code, (line) => line.replace(/,[^,]*$/, `,${DESCRIPTION}`));
  return folder;
}

/** Codes of people (not of organisations or groups) in the set, the named ones first. */
export function peopleIn(folder: string, count: number): string[] {
  const codes = (name: string, kinds: RegExp): string[] => readFileSync(join(folder, name), 'utf8').split(/\r?\n/).slice(1)
    .filter((line) => kinds.test(line)).map((line) => line.split(',')[0]!);
  const others = [...codes('donors.csv', /,individual/).slice(0, count / 5), ...codes('beneficiaries.csv', /,(pupil|student|teacher|family),/)];
  const named: readonly string[] = [PUPIL.code, DONOR.code];
  return [...named, ...others.filter((code) => code !== NEIGHBOUR.code && !named.includes(code))].slice(0, count);
}

function rewrite(folder: string, name: string, code: string, change: (line: string) => string): void {
  const path = join(folder, name);
  const lines = readFileSync(path, 'utf8').split('\n').map((line) => (line.split(',').includes(code) ? change(line.replace(/\r$/, '')) : line));
  writeFileSync(path, lines.join('\n'), { mode: 0o600 });
}
