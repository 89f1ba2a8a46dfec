import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';

/**
 * An ordinary client that appends, reads back and subscribes while others misbehave. It notices anything that is not
 * as it should be: a failed call, a revision out of order, an event missing in its subscription.
 */
export class GoodCitizen {
  private readonly client: EventStoreDBClient;
  private readonly stream = `citizen-${randomUUID()}`;
  private appended = 0;
  private delivered = 0;
  private trouble: string | undefined;
  private stopped = false;
  private readonly working: Promise<void>;
  private readonly subscription: ReturnType<EventStoreDBClient['subscribeToStream']>;

  constructor(connectionString: string) {
    this.client = EventStoreDBClient.connectionString(connectionString);
    this.subscription = this.client.subscribeToStream(this.stream);
    this.subscription.on('data', ({ event }) => {
      if (event?.revision !== BigInt(this.delivered)) this.note(`the subscription brought revision ${String(event?.revision)} instead of ${this.delivered}`);
      this.delivered++;
    });
    this.subscription.on('error', (error) => this.note(`the subscription failed: ${error.message}`));
    this.working = this.work();
  }

  /** Stops and says what went wrong, if anything, and how much was done. */
  async finish(): Promise<{ trouble: string | undefined; appended: number }> {
    this.stopped = true;
    await this.working;
    const deadline = Date.now() + 10_000;
    while (this.delivered < this.appended && this.trouble === undefined && Date.now() < deadline) await rest(10);
    if (this.delivered !== this.appended) this.note(`${this.delivered} of ${this.appended} events were delivered`);
    let read = 0;
    for await (const { event } of this.client.readStream(this.stream)) if (event !== undefined) read++;
    if (read !== this.appended) this.note(`${read} of ${this.appended} events could be read`);
    await this.subscription.unsubscribe();
    await this.client.dispose();
    return { trouble: this.trouble, appended: this.appended };
  }

  private async work(): Promise<void> {
    // The stream exists before anything else, so that a read never misses it.
    while (!this.stopped || this.appended === 0) {
      try {
        const expectedRevision = this.appended === 0 ? 'no_stream' : BigInt(this.appended - 1);
        await this.client.appendToStream(this.stream, jsonEvent({ type: 'Lived', data: { n: this.appended } }), { expectedRevision });
        this.appended++;
        await rest(2);
      } catch (error) {
        this.note(`append ${this.appended} failed: ${(error as Error).message}`);
        return;
      }
    }
  }

  private note(what: string): void {
    this.trouble ??= what;
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
