import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** So many characters are kept in memory; then they are sorted and written out. */
const RUN_CHARACTERS = 12_000_000;
const READ_BYTES = 64 * 1024;

/**
 * Sorts any number of lines with little memory: sorted runs go to temporary files, which are merged as they are read.
 * Lines compare by code units and hold no line break. Nothing personal should go in that is not sealed.
 */
export class Spill {
  private readonly folder = mkdtempSync(join(tmpdir(), 'soquy-verify-'));
  private readonly runs: string[] = [];
  private lines: string[] = [];
  private characters = 0;
  /** Of all lines. */
  count = 0;

  constructor(private readonly runCharacters = RUN_CHARACTERS) {}

  add(line: string): void {
    this.lines.push(line);
    this.count += 1;
    this.characters += line.length;
    if (this.characters >= this.runCharacters) this.writeRun();
  }

  /** All lines in order. Nothing may be added afterwards. */
  async *sorted(): AsyncGenerator<string> {
    if (this.runs.length === 0) {
      yield* this.lines.sort(byCodeUnit);
      return;
    }
    this.writeRun();
    yield* merged(this.runs.map(linesOf));
  }

  close(): void {
    this.lines = [];
    rmSync(this.folder, { recursive: true, force: true });
  }

  private writeRun(): void {
    if (this.lines.length === 0) return;
    const file = join(this.folder, `${this.runs.length}`);
    writeFileSync(file, `${this.lines.sort(byCodeUnit).join('\n')}\n`, { mode: 0o600 });
    this.runs.push(file);
    this.lines = [];
    this.characters = 0;
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function* linesOf(file: string): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: READ_BYTES }) as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
}

/** One run as it is read: its present line is the least of it. */
class Head {
  private page: string[] = [];
  private place = 0;

  constructor(private readonly pages: AsyncGenerator<string[]>) {}

  get line(): string { return this.page[this.place] ?? ''; }
  /** Whether another page has to be read before the next line is known. */
  get isSpent(): boolean { return this.place >= this.page.length; }

  step(): void { this.place += 1; }

  /** False at the end. */
  async turn(): Promise<boolean> {
    while (this.isSpent) {
      const next = await this.pages.next();
      if (next.done === true) return false;
      this.page = next.value;
      this.place = 0;
    }
    return true;
  }
}

async function* merged(runs: readonly AsyncGenerator<string[]>[]): AsyncGenerator<string> {
  const heads: Head[] = [];
  for (const pages of runs) {
    const head = new Head(pages);
    if (await head.turn()) heads.push(head);
  }
  heads.sort((a, b) => byCodeUnit(b.line, a.line));
  // Descending, so that the least is taken off the end; runs are few, and a line mostly stays near where it was.
  while (heads.length > 0) {
    const head = heads.pop()!;
    yield head.line;
    head.step();
    if (head.isSpent && !(await head.turn())) continue;
    let place = heads.length;
    while (place > 0 && heads[place - 1]!.line < head.line) place -= 1;
    heads.splice(place, 0, head);
  }
}
