/** What `within` answers when the time is up first. */
export const TOO_LATE = Symbol('too late');

/** The promise's outcome, or TOO_LATE after `milliseconds`. The promise itself goes on: its owner still has to end it. */
export function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | typeof TOO_LATE> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.max(0, milliseconds), TOO_LATE);
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
