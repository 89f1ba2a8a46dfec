import cliProgress from 'cli-progress';

/** How far some work has come, in units of it; `rate` is units a second. */
export interface Progress {
  readonly total: number;
  readonly done: number;
  readonly elapsedMs: number;
  readonly rate: number;
  /** At this rate; undefined while there is none. */
  readonly secondsLeft: number | undefined;
}

export interface ProgressDisplay {
  show(progress: Progress): void;
  end(): void;
}

const LINE_EVERY_MS = 2_000;

/** A bar where somebody looks at a terminal, otherwise a line every other second. `unit` says in both languages what is counted. */
export function progressDisplay(out: NodeJS.WriteStream, unit: string): ProgressDisplay {
  return out.isTTY ? bar(out, unit) : lines(out, unit);
}

function progressText({ total, done, rate, secondsLeft }: Progress, unit: string): string {
  const left = secondsLeft === undefined ? '…' : Math.ceil(secondsLeft);
  return `${done}/${total} ${unit} · ${Math.round(rate)}/s · còn/left ${left} s`;
}

function bar(out: NodeJS.WriteStream, unit: string): ProgressDisplay {
  const drawn = new cliProgress.SingleBar({ stream: out, format: '{bar} {percentage}% · {text}', hideCursor: true });
  let started = false;
  return {
    show(progress) {
      const text = progressText(progress, unit);
      if (started) drawn.update(progress.done, { text });
      else drawn.start(progress.total, progress.done, { text });
      started = true;
    },
    end: () => drawn.stop(),
  };
}

function lines(out: NodeJS.WriteStream, unit: string): ProgressDisplay {
  let shownAt = 0;
  return {
    show(progress) {
      const { total, done, elapsedMs } = progress;
      if (elapsedMs - shownAt < LINE_EVERY_MS && done < total) return;
      shownAt = elapsedMs;
      out.write(`${progressText(progress, unit)}\n`);
    },
    end: () => undefined,
  };
}
