/** Lets one task sleep until another has something for it; a wake-up before the sleep is not lost. */
export class Wakeup {
  private isDue = false;
  private waiting: (() => void) | undefined;
  private holds: (() => boolean) | undefined;

  wake(): void {
    this.isDue = true;
    // Whoever waits for something is not woken to find that it has not come: events wake many times each millisecond.
    if (this.holds?.() !== false) this.waiting?.();
  }

  /** Returns at the next wake-up, at the latest after `timeoutMs`. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.isDue) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.waiting = () => { clearTimeout(timer); resolve(); };
      });
    }
    this.waiting = undefined;
    this.isDue = false;
  }

  /** Returns when `holds` does at a wake-up, at the latest after `timeoutMs`. */
  async waitUntil(holds: () => boolean, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    this.holds = holds;
    for (let left = timeoutMs; !holds() && left > 0; left = deadline - performance.now()) await this.wait(left);
    this.holds = undefined;
  }
}
