import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
export { ModelLedger, type Mishap } from './model-ledger.js';
export { figureDifferences } from './figure-differences.js';
import { join } from 'node:path';
import { csvName, FORMAT, type FileName, type SetSource } from '../src/index.js';

type Cells = Readonly<Record<string, string>>;

/**
 * A small valid set: a province, a district and a commune; three funds, one with a principal and one for scholarships
 * only; one movement of each kind. Each test changes what it is about.
 */
const SMALL: Readonly<Record<FileName, readonly string[]>> = {
  associations: ['R,Hội tỉnh,province,,0,2000-01-01', 'R-1,Hội huyện,district,R,5,2000-01-02', 'R-1-1,Hội xã,commune,R-1,20,2001-02-03'],
  funds: [
    'Q1,R,Quỹ tỉnh,unrestricted,,50000000,2023-01-01,10000000,100000000,5000000',
    'Q2,R,Quỹ học bổng,restricted,scholarship,0,2023-01-01,0,20000000,0',
    'Q3,R-1,Quỹ huyện,unrestricted,,0,2023-01-01,0,0,0',
  ],
  campaigns: ['C1,R,Heo đất,2023-01-01,2023-12-31,100000000'],
  donors: ['D1,Nguyễn Văn A,individual', 'D2,Công ty B,organisation', 'D3,Ẩn danh,anonymous'],
  beneficiaries: ['B1,Trần Thị C,pupil,2012-03-04,R-1-1,Trường D', 'B2,Lê Văn E,student,2004-05-06,R-1,', 'G1,Nhóm học tập,group,,R-1-1,'],
  scholarship_programs: ['P1,Q2,Học bổng chung,', 'P2,Q1,Học bổng tỉnh,Đối tác'],
  pledges: ['1,K1,D2,Q1,C1,30000000,2023-01-02,2023-06-30'],
  donations: [
    '2,PT1,2023-01-03,Q1,D2,C1,K1,bank,20000000,Chuyển khoản', '3,PT2,2023-01-04,Q1,D1,,,cash,1000000,Tiền mặt của ông A',
    '4,PT3,2023-01-05,Q3,D3,C1,,goods,700000,"Sách, vở"',
  ],
  direct_support: ['5,HT1,2023-01-06,R-1,D1,money,2000000,12,Trao trực tiếp'],
  scholarships: ['6,HB1,P1,B1,2023-01-07,4000000,2', '7,HB2,P2,B2,2023-01-08,1000000,1'],
  scholarship_payments: ['8,PC1,2023-01-09,HB1,1,bank,2000000', '9,PC2,2023-01-10,HB1,2,bank,2000000', '10,PC3,2023-01-11,HB2,1,cash,1000000'],
  awards: ['11,KT1,R,2023-01-12,Giải nhất,prize,individual,B1,Q1,PC4,cash,500000', '12,KT2,R-1,2023-01-13,Bằng khen,certificate_of_merit,group,G1,,,,0'],
  disbursements: ['13,PC5,2023-01-14,Q1,hardship_aid,B2,1,bank,3000000,Giúp em E', '14,PC6,2023-01-15,Q3,gift,,10,goods,300000,Tặng sách'],
  transfers: ['15,NT1,2023-01-16,Q1,bank,Q3,bank,4000000,Cấp quỹ huyện', '16,NT2,2023-01-17,Q1,cash,Q1,bank,500000,Nộp ngân hàng'],
  adjustments: ['17,DC1,2023-01-18,PT2,-400000,Ghi nhầm'],
};

/** A set in memory that tests change cell by cell. Every method answers a changed copy. */
export class SetBuilder implements SetSource {
  private constructor(private readonly contents: ReadonlyMap<string, Buffer>) {}

  static small(): SetBuilder {
    const files = Object.entries(SMALL).map(([file, rows]): [string, Buffer] => [csvName(file as FileName), Buffer.from(headed(file as FileName, rows))]);
    return new SetBuilder(new Map(files));
  }

  /** Only headers. */
  static empty(): SetBuilder {
    return Object.keys(SMALL).reduce<SetBuilder>((set, file) => set.rows(file as FileName, []), SetBuilder.small());
  }

  static from(folder: string): SetBuilder {
    return new SetBuilder(new Map(Object.keys(SMALL).map((file) => [csvName(file as FileName), readFileSync(join(folder, csvName(file as FileName)))])));
  }

  text(file: FileName): string {
    return this.contents.get(csvName(file))!.toString('utf8');
  }

  /** The whole file, as it is. */
  raw(file: FileName, content: string | Buffer): SetBuilder {
    return new SetBuilder(new Map([...this.contents, [csvName(file), Buffer.from(content as string)]]));
  }

  without(file: FileName): SetBuilder {
    return new SetBuilder(new Map([...this.contents].filter(([name]) => name !== csvName(file))));
  }

  /** Replaces all rows; each is a line of CSV. */
  rows(file: FileName, rows: readonly string[]): SetBuilder {
    return this.raw(file, headed(file, rows));
  }

  /** Appends a row given as a line of CSV. */
  add(file: FileName, ...rows: string[]): SetBuilder {
    return this.raw(file, this.text(file) + rows.map((row) => `${row}\n`).join(''));
  }

  /** Changes cells of the row at a line (2 is the first row). Only for rows without quotes. */
  change(file: FileName, line: number, cells: Cells): SetBuilder {
    const lines = this.text(file).split('\n');
    const row = lines[line - 1]!.split(',');
    const names = Object.keys(FORMAT[file]);
    for (const [name, value] of Object.entries(cells)) row[names.indexOf(name)] = value;
    lines[line - 1] = row.join(',');
    return this.raw(file, lines.join('\n'));
  }

  /** Replaces a line as it is. */
  line(file: FileName, line: number, text: string): SetBuilder {
    const lines = this.text(file).split('\n');
    lines[line - 1] = text;
    return this.raw(file, lines.join('\n'));
  }

  async open(name: string): ReturnType<SetSource['open']> {
    const content = this.contents.get(name);
    return content ? { kind: 'found', bytes: content.length, read: () => chunks(content) } : { kind: 'missing' };
  }

  writeTo(folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of this.contents) writeFileSync(join(folder, name), content);
  }
}

function headed(file: FileName, rows: readonly string[]): string {
  return [Object.keys(FORMAT[file]).join(','), ...rows].map((row) => `${row}\n`).join('');
}

/** Small chunks with odd ends, so that no test depends on where a read happens to stop. */
async function* chunks(content: Buffer): AsyncGenerator<Buffer> {
  const size = Math.max(7, Math.ceil(content.length / 13));
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}
