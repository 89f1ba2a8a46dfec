import { Gate } from '@ledger/kernel';
import type { RecordedEvent } from '@ledger/kernel';
import type { EventStore } from '@ledger/event-store';
import type { EarlierRecord } from '@ledger/fund-ledger';
import type { Fold } from '../stream/fold.js';
import type { EarlierNeeds } from './needs.js';
import type { Ask, VoucherIndex } from './voucher-index.js';

/** The index has not come as far as the fold's base: what it does not know may exist all the same. */
export class IndexBehind extends Error {
  override readonly name = 'IndexBehind';
}

type Found = ReadonlyMap<Ask, RecordedEvent>;

/** Looks up what lies before the base of a fold: places from the index, facts from the log. */
export class EarlierRecords {
  private readonly gate: Gate;

  constructor(
    private readonly store: EventStore,
    private readonly index: VoucherIndex,
    readsInFlight: number,
  ) {
    this.gate = new Gate(readsInFlight);
  }

  /** One record per need, in order. Throws PostgresAway, StoreUnavailable, IndexBehind. */
  async lookUp(stream: string, fold: Fold, needs: readonly EarlierNeeds[], timeoutMs: number): Promise<EarlierRecord[]> {
    const asks = needs.map(asksOf);
    const found = await this.find(stream, fold, asks.flat(), timeoutMs);
    return Promise.all(needs.map((need, index) => this.recordOf(stream, need, asks[index]!, found)));
  }

  private async find(stream: string, fold: Fold, asks: readonly Ask[], timeoutMs: number): Promise<Found> {
    const found = new Map<Ask, RecordedEvent>();
    if (asks.length === 0) return found;
    if (!(await this.index.covers(stream, fold.baseRevision, timeoutMs))) throw new IndexBehind('the voucher index has not reached the last closing');
    const places = await this.index.find(stream, asks);
    await Promise.all(
      asks.map(async (ask, index) => {
        for (const revision of places[index]!) {
          const event = await this.eventAt(stream, revision);
          if (event && answers(ask, event)) return found.set(ask, event);
        }
        return undefined;
      }),
    );
    return found;
  }

  private async recordOf(stream: string, need: EarlierNeeds, asks: readonly Ask[], found: Found): Promise<EarlierRecord> {
    const { voucher } = need;
    const closedAsk = voucher && 'closed' in voucher ? asks[0] : undefined;
    const event = voucher && 'revision' in voucher ? await this.eventAt(stream, voucher.revision) : closedAsk && found.get(closedAsk);
    const has = (by: Ask['by']) => asks.some((ask) => ask !== closedAsk && ask.by === by && found.has(ask));
    return {
      ...(event && { voucher: { revision: event.revision, event: { type: event.type, data: event.data } } }),
      ...(need.reference && { referenceTaken: has('reference') }),
      ...(need.scholarshipId && { scholarshipTaken: has('scholarship') }),
      ...((need.transferId || need.adjustmentId) && { transferArrived: has('transfer') || has('adjustment') }),
    };
  }

  private eventAt(stream: string, revision: bigint): Promise<RecordedEvent | undefined> {
    return this.gate.through(async () => {
      for await (const event of this.store.readStream(stream, revision, 1)) return event;
      return undefined;
    });
  }
}

/** The voucher to adjust comes first, where it is asked for by its number or reference. */
function asksOf(need: EarlierNeeds): Ask[] {
  const asks: Ask[] = [];
  if (need.voucher && 'closed' in need.voucher) {
    const { closed } = need.voucher;
    asks.push('externalReference' in closed ? { by: 'reference', ...closed } : { by: 'number', ...closed });
  }
  if (need.reference) asks.push({ by: 'reference', ...need.reference });
  if (need.scholarshipId) asks.push({ by: 'scholarship', id: need.scholarshipId });
  if (need.transferId) asks.push({ by: 'transfer', id: need.transferId });
  if (need.adjustmentId) asks.push({ by: 'adjustment', id: need.adjustmentId });
  return asks;
}

/** Whether the event at an indexed place is what was asked for. */
function answers(ask: Ask, event: RecordedEvent): boolean {
  const data = event.data as { voucher?: { kind: string; year: number; number: number } } & Record<string, unknown>;
  switch (ask.by) {
    case 'number':
      return data.voucher?.kind === ask.kind && data.voucher.year === ask.year && data.voucher.number === ask.number;
    case 'reference':
      return data.voucher?.kind === ask.kind && data['externalReference'] === ask.externalReference;
    case 'scholarship':
      return data['scholarshipId'] === ask.id;
    case 'transfer':
      return data['transferId'] === ask.id;
    case 'adjustment':
      return data['adjustmentId'] === ask.id;
  }
}
