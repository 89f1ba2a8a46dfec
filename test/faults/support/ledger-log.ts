import { openEventStore } from '@ledger/event-store';
import { effectOf, type FundBookEvent } from '@ledger/fund-ledger';
import { derivedId, type RecordedEvent } from '@ledger/kernel';
import { receiptOf, type Answered } from './steady-client.js';

export async function readLog(eventstoreUrl: string): Promise<RecordedEvent[]> {
  const store = openEventStore(eventstoreUrl);
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  await store.close();
  return events;
}

/** What is wrong with the log beside what clients were told, as sentences; none where all is well. */
export function contradictions(log: readonly RecordedEvent[], answered: readonly Answered[], actorId: string): string[] {
  const byCommand = new Map<string, RecordedEvent[]>();
  for (const event of log) byCommand.set(event.metadata.commandId, [...(byCommand.get(event.metadata.commandId) ?? []), event]);
  return [...answered.flatMap((one) => contradictionsOf(one, byCommand.get(derivedId('command', actorId, one.order.key)) ?? [])), ...brokenBooks(log)];
}

function contradictionsOf(one: Answered, booked: readonly RecordedEvent[]): string[] {
  const { order: { key, path }, last } = one;
  const told = `${key} ${path} (${last.status} ${last.code ?? ''})`;
  if (last.status !== 201) {
    const isUntrue = last.status !== 422 ? [`${told} was answered unexpectedly: ${last.text}`] : [];
    return booked.length > 0 ? [...isUntrue, `${told} was refused and is in the log`] : isUntrue;
  }
  const { stream, revision, events } = receiptOf(one);
  if (booked.length === 0) return [`${told} was acknowledged and is missing`];
  if (booked.length !== events.length) return [`${told} made ${events.length} events and is there with ${booked.length}`];
  const isThere = events.every(({ id }, at) => booked[at]!.id === id && booked[at]!.stream === stream) && booked.at(-1)!.revision === BigInt(revision);
  return isThere ? [] : [`${told} is in the log at another place than it was told`];
}

/** Whatever was booked: no gap in a numbering, no account ever below zero, no time that runs backward within a stream. */
function brokenBooks(log: readonly RecordedEvent[]): string[] {
  const wrong: string[] = [];
  const numbers = new Map<string, number>();
  const accounts = new Map<string, bigint>();
  const recorded = new Map<string, string>();
  for (const { stream, revision, type, data, metadata } of log) {
    if (metadata.recordedAt < (recorded.get(stream) ?? '')) wrong.push(`${stream}@${revision} was recorded before its predecessor`);
    recorded.set(stream, metadata.recordedAt);
    if (!stream.startsWith('fundBook-')) continue;
    const { voucher } = data as { voucher?: { kind: string; year: number; number: number } };
    if (voucher) {
      const series = `${stream} ${voucher.kind} ${voucher.year}`;
      if (voucher.number !== (numbers.get(series) ?? 0) + 1) wrong.push(`${series} has no number ${(numbers.get(series) ?? 0) + 1} before ${voucher.number}`);
      numbers.set(series, voucher.number);
    }
    for (const [account, amount] of Object.entries(effectsOf({ type, data } as unknown as FundBookEvent))) {
      const balance = (accounts.get(`${stream} ${account}`) ?? 0n) + amount;
      if (balance < 0n) wrong.push(`${stream}@${revision} leaves ${account} below zero`);
      accounts.set(`${stream} ${account}`, balance);
    }
  }
  return wrong;
}

function effectsOf(event: FundBookEvent): Record<'cash' | 'bank' | 'goods', bigint> {
  const effect = effectOf(event);
  return { cash: effect?.cash ?? 0n, bank: effect?.bank ?? 0n, goods: effect?.goods ?? 0n };
}

/** Money in each account of a book, from the log alone. */
export function bankOf(log: readonly RecordedEvent[], stream: string): bigint {
  return log.filter((event) => event.stream === stream).reduce((sum, { type, data }) => sum + effectsOf({ type, data } as unknown as FundBookEvent).bank, 0n);
}
