import cliProgress from 'cli-progress';
import type { ImportProgress } from '@ledger/dataset';

export interface ProgressDisplay {
  show(progress: ImportProgress): void;
  end(): void;
}

const LINE_EVERY_MS = 2_000;

/** A bar where somebody looks at a terminal, otherwise a line every other second. */
export function progressDisplay(out: NodeJS.WriteStream): ProgressDisplay {
  return out.isTTY ? bar(out) : lines(out);
}

export function progressText({ total, done, rate, secondsLeft }: ImportProgress): string {
  const left = secondsLeft === undefined ? '…' : Math.ceil(secondsLeft);
  return `${done}/${total} dòng/rows · ${Math.round(rate)}/s · còn/left ${left} s`;
}

function bar(out: NodeJS.WriteStream): ProgressDisplay {
  const drawn = new cliProgress.SingleBar({ stream: out, format: '{bar} {percentage}% · {text}', hideCursor: true });
  let started = false;
  return {
    show(progress) {
      const text = progressText(progress);
      if (started) drawn.update(progress.done, { text });
      else drawn.start(progress.total, progress.done, { text });
      started = true;
    },
    end: () => drawn.stop(),
  };
}

function lines(out: NodeJS.WriteStream): ProgressDisplay {
  let shownAt = 0;
  return {
    show(progress) {
      const { total, done, elapsedMs } = progress;
      if (elapsedMs - shownAt < LINE_EVERY_MS && done < total) return;
      shownAt = elapsedMs;
      out.write(`${progressText(progress)}\n`);
    },
    end: () => undefined,
  };
}
