import { checkSet, csvName, faultText, LIMITS_OF_UPLOADS, runImport, type Fault, type ImportProgress, type RunReport, type SetSource, type Stop } from '@ledger/dataset';
import { refusalText } from '@ledger/fund-ledger';
import { dayInVietnam } from '@ledger/kernel';
import type { ApiParts } from '../api-parts.js';
import { reportOf } from '../http/error-report.js';
import type { Language } from '../http/language.js';
import { Positions } from '../http/positions.js';

export type ImportState = 'checking' | 'faulty' | 'sound' | 'writing' | 'complete' | 'stopped' | 'failed';

const ENDED: ReadonlySet<ImportState> = new Set(['faulty', 'sound', 'complete', 'stopped', 'failed']);

export interface ImportWishes {
  readonly id: string;
  readonly source: SetSource;
  readonly actorId: string;
  readonly correlationId: string;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

type ShownFault = Omit<Fault, 'reason'> & { readonly reason: string };

/** One import through the API: the engine that `soquy import` uses, on an uploaded folder. */
export class ImportJob {
  private state: ImportState = 'checking';
  private rows: number | undefined;
  private progress: ImportProgress | undefined;
  private faults: readonly Fault[] = [];
  private faultCount = 0;
  private stop: Stop | undefined;
  private position: string | undefined;

  constructor(
    private readonly parts: ApiParts,
    private readonly positions: Positions,
    readonly wishes: ImportWishes,
  ) {}

  get hasEnded(): boolean {
    return ENDED.has(this.state);
  }

  /** Checks, then writes. Never rejects: how it ended is in its state. */
  async run(): Promise<void> {
    const { id } = this.wishes;
    try {
      await this.checkAndWrite();
    } catch (error) {
      this.state = 'failed';
      this.parts.logger.error({ importId: id, ...reportOf(error) }, 'an import ended in an error');
    }
    this.parts.logger.info({ importId: id, state: this.state, rows: this.rows, booked: this.progress?.booked, faults: this.faultCount }, 'an import ended');
  }

  private async checkAndWrite(): Promise<void> {
    const { parts, wishes } = this;
    const checked = await checkSet(wishes.source, { today: dayInVietnam(parts.clock.now()), ledger: parts.viewLedger(), limits: LIMITS_OF_UPLOADS });
    if (checked.kind === 'faulty') {
      ({ faults: this.faults, faultCount: this.faultCount } = checked);
      this.state = 'faulty';
      return;
    }
    this.rows = checked.rows;
    this.state = wishes.dryRun ? 'sound' : 'writing';
    if (wishes.dryRun) return;
    const { actorId, correlationId, signal } = wishes;
    await this.ended(await runImport(checked.plan, {
      execute: ({ row: _row, ...submission }) => parts.ledger.execute({ ...submission, actorId, correlationId }),
      alreadyBooked: checked.alreadyBooked, signal, onProgress: (progress) => (this.progress = progress),
    }));
  }

  private async ended(report: RunReport): Promise<void> {
    this.progress = report.progress;
    this.position = await this.positions.token(report.position);
    if (report.kind === 'stopped') this.stop = report.stop;
    this.state = report.kind;
  }

  shown(language: Language): object {
    const { state, rows, progress, position, stop, faults, faultCount, wishes } = this;
    return {
      id: wishes.id, dryRun: wishes.dryRun, state, rows: rows ?? null,
      progress: progress === undefined ? null : { ...progress, secondsLeft: progress.secondsLeft ?? null },
      position: position ?? null, faultCount, faults: faults.map((fault): ShownFault => ({ ...fault, reason: fault.reason[language] })),
      stoppedAt: stop === undefined ? null : shownStop(stop, language),
    };
  }
}

/** The row at which writing stopped. Once its cause is gone the same upload goes on from there. */
function shownStop(stop: Stop, language: Language): object {
  if (stop.kind === 'aborted') return { code: 'stopping' };
  const { file, line } = stop.submission.row;
  const place = { file: csvName(file), line };
  if (stop.kind === 'unavailable') return { ...place, code: stop.why };
  if (stop.outcome.kind === 'changed') {
    const code = 'row_was_imported_with_other_content';
    return { ...place, code, reason: faultText(code, {})[language] };
  }
  const { refusal } = stop.outcome;
  return { ...place, code: refusal.refused, details: refusal.details, reason: refusalText(refusal, language) };
}
