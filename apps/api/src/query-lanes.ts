import pg from 'pg';

export interface LaneSettings {
  readonly connection: pg.ClientConfig;
  /** So many queries run at a time: more would only take turns on the same processors, and all of them be answered late. */
  readonly few: number;
  /** A query that takes longer is of the slow kind and does not count among the few; so many connections there are at most. */
  readonly most: number;
  readonly patienceMs: number;
  /** Told why a connection that nobody was using was lost; the next query opens another. */
  readonly onLost: (reason: Error) => void;
}

/** A connection for one query at a time. */
export interface Lane { readonly client: pg.Client; busy: boolean; since: number }

/** `undefined`: go and take or open one. */
interface Waiter { readonly go: (lane: Lane | undefined) => void; readonly fail: (error: Error) => void; timer?: NodeJS.Timeout }

/** Connections that stay open and go to whoever has waited longest. */
export class QueryLanes {
  private readonly lanes = new Set<Lane>();
  private readonly idle: Lane[] = [];
  private readonly waiting = new Set<Waiter>();
  private opening = 0;
  private closing = false;

  constructor(private readonly settings: LaneSettings) {}

  /** Rejects with what Postgres says where no connection can be had. */
  async take(): Promise<Lane> {
    if (this.closing) throw new Error('Connection terminated: no query is asked after the end');
    const lane = (this.hasRoom() ? undefined : await this.wait()) ?? this.idle.pop() ?? (await this.open());
    lane.busy = true;
    lane.since = performance.now();
    return lane;
  }

  /** One that `failed` is not used again. */
  giveBack(lane: Lane, failed: boolean): void {
    lane.busy = false;
    if (failed || this.closing || !this.lanes.has(lane)) return this.drop(lane);
    const [next] = this.waiting;
    if (!next || !this.hasRoom()) return void this.idle.push(lane);
    // Whoever it goes to takes it a moment later; until then it is not free.
    lane.busy = true;
    next.go(lane);
  }

  /** Gives up every connection, and everybody who waits: what they ask rejects at once. */
  cut(reason: Error): void {
    for (const waiter of this.waiting) waiter.fail(reason);
    for (const lane of this.lanes) this.drop(lane);
  }

  /** Lets what is under way end. */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.idle.splice(0).map((lane) => lane.client.end()));
  }

  private hasRoom(): boolean {
    const late = performance.now() - this.settings.patienceMs;
    let [running, slow] = [this.opening, 0];
    for (const lane of this.lanes) {
      if (!lane.busy) continue;
      running += 1;
      if (lane.since < late) slow += 1;
    }
    return running < Math.min(this.settings.few + slow, this.settings.most);
  }

  private wait(): Promise<Lane | undefined> {
    return new Promise((resolve, reject) => {
      const left = (): void => { clearTimeout(waiter.timer); this.waiting.delete(waiter); };
      const waiter: Waiter = { go: (lane) => { left(); resolve(lane); }, fail: (error) => { left(); reject(error); } };
      this.waiting.add(waiter);
      this.becomeImpatient(waiter);
    });
  }

  private becomeImpatient(waiter: Waiter): void {
    waiter.timer = setTimeout(() => (this.hasRoom() ? waiter.go(undefined) : this.becomeImpatient(waiter)), this.settings.patienceMs);
  }

  private async open(): Promise<Lane> {
    this.opening += 1;
    const lane: Lane = { client: new pg.Client(this.settings.connection), busy: true, since: performance.now() };
    lane.client.on('error', (reason) => {
      if (!lane.busy) this.settings.onLost(reason);
      this.drop(lane);
    });
    try {
      await lane.client.connect();
      this.lanes.add(lane);
      return lane;
    } finally {
      this.opening -= 1;
    }
  }

  /** A query that is under way rejects. */
  private drop(lane: Lane): void {
    const place = this.idle.indexOf(lane);
    if (place >= 0) this.idle.splice(place, 1);
    if (!this.lanes.delete(lane)) return;
    lane.client.end().catch((reason: Error) => this.settings.onLost(reason));
    // Whoever waits for it would wait for nothing.
    const [next] = this.waiting;
    if (this.hasRoom()) next?.go(undefined);
  }
}
