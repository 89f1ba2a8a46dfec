import type { Refusal } from '@ledger/kernel';
import { faultText, type BilingualText } from './fault-texts.js';
import type { FaultCode } from './fault-codes.js';
import { csvName, FILE_NAMES, type FileName } from './format.js';
import { LIMITS } from './limits.js';

/** Why a set is refused, and where. */
export interface Fault {
  /** A FaultCode, or the name of the refusal that the ledger's rules gave. */
  readonly code: string;
  /** File name with its ending. Absent where no file is to blame. */
  readonly file?: string;
  /** The header is line 1; a row's line is where it starts. */
  readonly line?: number;
  readonly column?: string;
  readonly details: Readonly<Record<string, string>>;
  readonly reason: BilingualText;
}

export interface Place {
  readonly file?: FileName;
  readonly line?: number;
  readonly column?: string | undefined;
}

/** Turns a refusal into a text; the app passes the ledger's own. */
export type RefusalText = (refusal: Refusal) => BilingualText;

/** Collects faults: keeps the first ones with their places, counts the rest. */
export class Faults {
  private readonly kept: Fault[] = [];
  private total = 0;

  constructor(private readonly limit: number = LIMITS.faultsReported) {}

  get count(): number {
    return this.total;
  }

  add(code: FaultCode, place: Place, details: Readonly<Record<string, string>> = {}): void {
    this.keep(code, place, details, () => faultText(code, details));
  }

  addRefusal(refused: Refusal, place: Place, text: RefusalText): void {
    this.keep(refused.refused, place, refused.details, () => text(refused));
  }

  private keep(code: string, place: Place, details: Readonly<Record<string, string>>, reason: () => BilingualText): void {
    this.total += 1;
    if (this.kept.length >= this.limit) return;
    this.kept.push({
      code,
      ...(place.file === undefined ? {} : { file: csvName(place.file) }),
      ...(place.line === undefined ? {} : { line: place.line }),
      ...(place.column === undefined ? {} : { column: place.column }),
      details,
      reason: reason(),
    });
  }

  /** In the order of the files and their lines. */
  inOrder(): readonly Fault[] {
    const rank = new Map<string | undefined, number>(FILE_NAMES.map((file, index) => [csvName(file), index]));
    return [...this.kept].sort((a, b) => (rank.get(a.file) ?? -1) - (rank.get(b.file) ?? -1) || (a.line ?? 0) - (b.line ?? 0));
  }
}
