/** One sleeper that several sources may wake; a wake-up that comes while it is awake is kept. */
export class Wakeup {
  private pending = false;
  private resolve: (() => void) | undefined;

  readonly notify = (): void => {
    const resolve = this.resolve;
    if (resolve === undefined) this.pending = true;
    else {
      this.resolve = undefined;
      resolve();
    }
  };

  sleep(): Promise<void> {
    if (this.pending) {
      this.pending = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.resolve = resolve;
    });
  }
}
