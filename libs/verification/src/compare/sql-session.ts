/** Rows of a table on their way. */
export interface ComingRows {
  /** Resolves after the last row. */
  readonly done: Promise<void>;
  /** Lets Postgres wait; a few rows that are here already still come. */
  pause(): void;
  resume(): void;
}

/** One connection, within one transaction: every statement sees the same state of the tables. */
export interface SqlSession {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
  /** COPY of a SELECT as text in the form that is said; each row comes with the line end behind it. */
  copy(select: string, form: string, take: (row: Buffer) => void): ComingRows;
}

/** Sends one statement after another, however many are asked for at a time. */
export function inTurn(session: SqlSession): SqlSession {
  let last: Promise<unknown> = Promise.resolve();
  /** Whoever asked hears of a failure; the next one does not. */
  const afterwards = <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const answer = last.then(work);
    last = answer.then(() => undefined, () => undefined);
    return answer;
  };
  return {
    query: (sql, parameters) => afterwards(() => session.query(sql, parameters)),
    copy: (select, form, take) => {
      let [coming, isPaused] = [undefined as ComingRows | undefined, false];
      const done = afterwards(() => {
        coming = session.copy(select, form, take);
        if (isPaused) coming.pause();
        return coming.done;
      });
      return {
        done,
        pause: () => { isPaused = true; coming?.pause(); },
        resume: () => { isPaused = false; coming?.resume(); },
      };
    },
  };
}
