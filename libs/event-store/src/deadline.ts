/** What `within` answers when the time is up first. */
export const TOO_LATE = Symbol('too late');

/** A timer that comes so late, in milliseconds, says that this process stood still, and not only the other side. */
const STANDSTILL_MS = 100;

/**
 * The promise's outcome, or TOO_LATE after `milliseconds`. The promise itself goes on: its owner still has to end it.
 * Where this process itself stood still, what has arrived meanwhile is looked at first.
 */
export function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | typeof TOO_LATE> {
  return new Promise((resolve, reject) => {
    const due = performance.now() + milliseconds;
    let timer = setTimeout(() => {
      if (performance.now() - due < STANDSTILL_MS) resolve(TOO_LATE);
      else timer = setTimeout(resolve, STANDSTILL_MS, TOO_LATE);
    }, Math.max(0, milliseconds));
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
