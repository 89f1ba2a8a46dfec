import { Inject, Injectable } from '@nestjs/common';
import { ASSOCIATION_TOTALS } from '@projections/association-totals';
import { BENEFICIARY_HISTORIES } from '@projections/beneficiary-histories';
import { CAMPAIGN_TOTALS } from '@projections/campaign-totals';
import { FUND_BALANCES } from '@projections/fund-balances';
import { FUND_STATEMENT } from '@projections/fund-statement';
import { JOURNAL } from '@projections/journal';
import { PLEDGES } from '@projections/pledges';
import { REGISTRY } from '@projections/registry';
import { readBuilds, type Build } from '@ledger/projection-runtime';
import { PARTS, type ApiParts } from '../api-parts.js';
import { positionToken } from '../http/positions.js';

const PROJECTIONS = [ASSOCIATION_TOTALS, BENEFICIARY_HISTORIES, CAMPAIGN_TOTALS, FUND_BALANCES, FUND_STATEMENT, JOURNAL, PLEDGES, REGISTRY];
/** A part that says nothing for so long counts as away. */
const SILENCE_MS = 2_000;
/** A projector tells its health every second; one that has been silent for so long is gone. */
const HEARTBEAT_MS = 15_000;

interface PartHealth { readonly ok: boolean; readonly why?: string }
interface ProjectionHealth extends PartHealth {
  readonly position?: string;
  readonly caughtUp?: boolean;
  /** Age of the newest event reflected while it is behind; 0 once it has caught up. */
  readonly lagSeconds?: number;
  /** Set where waiting will not help: an event stopped it, or its rows were made from another log. */
  readonly stopped?: true;
  /** The event that stopped it, if one did. */
  readonly stoppedBy?: object;
}

export interface Readiness {
  readonly ready: boolean;
  readonly eventStore: PartHealth;
  readonly postgres: PartHealth;
  readonly projections: Readonly<Record<string, ProjectionHealth>>;
  /** Who completes transfers and funds that a crash left open; one at a time over all processes. */
  readonly courier: { readonly active: boolean; readonly openFollowUps: number; readonly lastError?: string };
}

/** Looks at every part that an answer needs. Many who ask at once get one look. */
@Injectable()
export class ReadinessLook {
  private underWay: Promise<Readiness> | undefined;

  constructor(@Inject(PARTS) private readonly parts: ApiParts) {}

  look(): Promise<Readiness> {
    this.underWay ??= this.lookOnce().finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  /** Live builds by projection, for the lag metrics. Throws where Postgres is away. */
  async liveBuilds(): Promise<readonly Build[]> {
    return (await within(readBuilds(this.parts.database))).filter((build) => build.state === 'live');
  }

  /** The id of the log that answers. */
  private async askStore(): Promise<string> {
    await this.parts.store.ping();
    return this.parts.store.logId();
  }

  private async lookOnce(): Promise<Readiness> {
    const [store, builds] = await Promise.all([
      within(this.askStore()).then((logId) => ({ logId, health: { ok: true } as PartHealth }), (error: unknown) => ({ logId: undefined, health: away(error) })),
      this.liveBuilds().then((found) => ({ found, health: { ok: true } as PartHealth }), (error: unknown) => ({ found: [] as Build[], health: away(error) })),
    ]);
    const now = this.parts.clock.now().getTime();
    const projections = Object.fromEntries(PROJECTIONS.map((name) => [name, healthOf(builds.found.find((build) => build.name === name), store.logId, now)]));
    const ready = store.health.ok && builds.health.ok && Object.values(projections).every(({ ok }) => ok);
    return { ready, eventStore: store.health, postgres: builds.health, projections, courier: this.parts.courier.status() };
  }
}

function isOfAnotherLog(build: Build, logId: string | undefined): boolean {
  return logId !== undefined && build.logId !== undefined && build.logId !== logId;
}

export function lagSecondsOf({ caughtUp, eventTime }: Build, now: number): number {
  return caughtUp || eventTime === undefined ? 0 : Math.max(0, (now - Date.parse(eventTime)) / 1000);
}

function healthOf(build: Build | undefined, storeLogId: string | undefined, now: number): ProjectionHealth {
  if (build === undefined) return { ok: false, why: 'not built yet' };
  const { position, logId, caughtUp, stoppage, hindrance, heartbeatAgeMs } = build;
  const isSilent = heartbeatAgeMs === undefined || heartbeatAgeMs > HEARTBEAT_MS;
  const isForeign = isOfAnotherLog(build, storeLogId);
  const why = stoppage?.reason ?? (isForeign ? 'rebuild needed: these rows were made from another log' : undefined) ?? hindrance ?? (isSilent ? 'no projector is writing it' : undefined);
  return {
    ok: why === undefined, ...(why === undefined ? {} : { why }), caughtUp, lagSeconds: lagSecondsOf(build, now),
    ...(position === undefined || logId === undefined ? {} : { position: positionToken(logId, position) }),
    ...(stoppage === undefined && !isForeign ? {} : { stopped: true as const }),
    ...(stoppage?.event === undefined ? {} : { stoppedBy: stoppage.event }),
  };
}

function away(error: unknown): PartHealth {
  return { ok: false, why: error instanceof Error ? error.message.slice(0, 200) : 'no answer' };
}

/** Rejects where the answer takes longer than the limit; a late one is dropped. */
async function within<Value>(answer: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${SILENCE_MS} ms`)), SILENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
