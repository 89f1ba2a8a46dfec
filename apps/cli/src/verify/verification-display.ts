import type { VerificationProgress } from '@ledger/verification';
import type { ProgressDisplay } from '../progress-display.js';

const UNITS: Readonly<Record<VerificationProgress['phase'], string>> = { log: 'sự kiện/events', rows: 'dòng/rows' };

/** Shows one phase after the other, each with a display of its own. */
export function verificationDisplay(open: (unit: string) => ProgressDisplay, now: () => number = Date.now): { show(progress: VerificationProgress): void; end(): void } {
  let shown: { readonly phase: VerificationProgress['phase']; readonly display: ProgressDisplay; readonly since: number } | undefined;
  return {
    show({ phase, done, total }) {
      if (shown?.phase !== phase) {
        shown?.display.end();
        shown = { phase, display: open(UNITS[phase]), since: now() };
      }
      const elapsedMs = now() - shown.since;
      const rate = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0;
      shown.display.show({ total, done, elapsedMs, rate, secondsLeft: rate > 0 ? (total - done) / rate : undefined });
    },
    end: () => shown?.display.end(),
  };
}
