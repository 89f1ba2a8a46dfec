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

function bar(out: NodeJS.WriteStream): ProgressDisplay {
  const drawn = new cliProgress.SingleBar({ stream: out, format: '{bar} {percentage}% · {value}/{total} · {rate} dòng/s · còn {left} s', hideCursor: true });
  let started = false;
  return {
    show({ total, done, rate, secondsLeft }) {
      const payload = { rate: Math.round(rate), left: secondsLeft === undefined ? '…' : Math.ceil(secondsLeft) };
      if (started) drawn.update(done, payload);
      else drawn.start(total, done, payload);
      started = true;
    },
    end: () => drawn.stop(),
  };
}

function lines(out: NodeJS.WriteStream): ProgressDisplay {
  let shownAt = 0;
  return {
    show({ total, done, rate, secondsLeft, elapsedMs }) {
      if (elapsedMs - shownAt < LINE_EVERY_MS && done < total) return;
      shownAt = elapsedMs;
      out.write(`${done}/${total} · ${Math.round(rate)} dòng/s · còn ${secondsLeft === undefined ? '…' : Math.ceil(secondsLeft)} s\n`);
    },
    end: () => undefined,
  };
}
