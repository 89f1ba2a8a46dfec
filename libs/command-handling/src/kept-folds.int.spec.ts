import { accepted, book, donation, eventsOf, foundLedger, fundId, LedgerHouse, openFund, payment, submission, until, type LedgerProcess } from '../testing/src/index.js';
import type { CommandAnswer } from './ledger.js';

// Real servers on a machine that may be busy.
jest.setTimeout(60_000);

const LIMITS = { keptFoldEvents: 20 };
let house: LedgerHouse;
let process: LedgerProcess;

const refusedCode = (answer: CommandAnswer): string => (answer.kind === 'refused' ? answer.refusal.refused : answer.kind);

interface Head { readonly revision: number; readonly chunks: number }
async function head(code: string): Promise<Head | undefined> {
  const [row] = await process.dataSource.query<Head[]>('SELECT revision::int, chunks FROM command.fold_heads WHERE stream = $1', [book(code)]);
  return row;
}

/** A process that starts now, and where it begins to read that book. */
async function restarted(code: string): Promise<{ next: LedgerProcess; reads: bigint[] }> {
  const next = await house.process({ limits: LIMITS });
  const reads: bigint[] = [];
  const original = next.eventStore.readStream.bind(next.eventStore);
  Object.assign(next.eventStore, { readStream: (stream: string, from: bigint, max?: number) => (stream === book(code) && max === undefined && reads.push(from), original(stream, from, max)) });
  return { next, reads };
}

async function filled(code: string, events: number): Promise<void> {
  for (let at = 0; at < events; at += 5) {
    await Promise.all(Array.from({ length: 5 }, async (_, n) => accepted(await process.ledger.execute(submission(donation(code, 10n, { externalReference: `${code}-${at + n}` }))))));
  }
}

beforeAll(async () => {
  house = await LedgerHouse.open();
  process = await house.process({ limits: LIMITS });
  await foundLedger(process.ledger, openFund('F1'), openFund('F2'), openFund('F3'), openFund('F4'), openFund('F5'), openFund('F6'));
});

afterAll(() => house.close());

describe('the fold of a large book', () => {
  it('is kept in chunks and taken up after a restart, with what it knew', async () => {
    await filled('F1', 70);
    await until(async () => ((await head('F1'))?.chunks ?? 0) >= 3);
    const { revision } = (await head('F1'))!;
    const { next, reads } = await restarted('F1');
    expect(refusedCode(await next.ledger.execute(submission(donation('F1', 1n, { externalReference: 'F1-3' }))))).toBe('external_reference_already_used');
    expect(refusedCode(await next.ledger.execute(submission(payment('F1', 701n))))).not.toBe('accepted');
    const paid = accepted(await next.ledger.execute(submission(payment('F1', 700n))));
    expect(paid.revision).toBe(71n);
    expect(reads[0]).toBe(BigInt(revision) + 1n);
  });

  it('goes on in another process from where the first left it', async () => {
    await filled('F2', 30);
    await until(async () => ((await head('F2'))?.chunks ?? 0) >= 1);
    const { next } = await restarted('F2');
    for (let n = 0; n < 45; n += 1) accepted(await next.ledger.execute(submission(donation('F2', 10n, { externalReference: `again-${n}` }))));
    await until(async () => ((await head('F2'))?.revision ?? 0) >= 55);
    const third = await restarted('F2');
    expect(refusedCode(await third.next.ledger.execute(submission(donation('F2', 1n, { externalReference: 'again-3' }))))).toBe('external_reference_already_used');
    expect(refusedCode(await third.next.ledger.execute(submission(donation('F2', 1n, { externalReference: 'F2-3' }))))).toBe('external_reference_already_used');
    accepted(await third.next.ledger.execute(submission(payment('F2', 750n))));
    expect(third.reads[0]).toBeGreaterThan(55n);
  });

  it('is kept to its last event when a process ends in order', async () => {
    const { next } = await restarted('F6');
    for (let n = 0; n < 27; n += 1) accepted(await next.ledger.execute(submission(donation('F6', 10n, { externalReference: `orderly-${n}` }))));
    await next.close();
    const third = await restarted('F6');
    expect(refusedCode(await third.next.ledger.execute(submission(donation('F6', 1n, { externalReference: 'orderly-26' }))))).toBe('external_reference_already_used');
    expect(new Set(third.reads)).toEqual(new Set([28n]));
  });

  it('begins anew with a closing', async () => {
    await filled('F3', 40);
    accepted(await process.ledger.execute(submission({ type: 'CloseBooks', fundId: fundId('F3'), through: '2023-12-31' })));
    for (let n = 0; n < 30; n += 1) accepted(await process.ledger.execute(submission(donation('F3', 10n, { effectiveOn: '2024-02-01', externalReference: `later-${n}` }))));
    await until(async () => ((await head('F3'))?.revision ?? 0) > 42);
    const { next, reads } = await restarted('F3');
    expect(refusedCode(await next.ledger.execute(submission(donation('F3', 1n, { effectiveOn: '2024-02-01', externalReference: 'later-3' }))))).toBe('external_reference_already_used');
    expect(refusedCode(await next.ledger.execute(submission(donation('F3', 1n, { effectiveOn: '2024-02-01', externalReference: 'F3-3' }))))).toBe('external_reference_already_used');
    expect(refusedCode(await next.ledger.execute(submission(donation('F3', 1n, { effectiveOn: '2023-12-01' }))))).toBe('day_is_closed');
    expect(reads.every((from) => from > 42n)).toBe(true);
  });

  it.each([
    ['a changed balance', `UPDATE command.fold_heads SET head = replace(head, 'bank', 'goods')`],
    ['a changed chunk', `UPDATE command.fold_chunks SET bytes = set_byte(bytes, 40, 0)`],
    ['a chunk that is missing', 'DELETE FROM command.fold_chunks WHERE number = 1'],
    ['another place', 'UPDATE command.fold_heads SET revision = revision - 1'],
    ['another log', `UPDATE command.fold_heads SET log_id = 'another'`],
    ['another form', 'UPDATE command.fold_heads SET form = form + 1'],
    ['nothing', 'DELETE FROM command.fold_heads'],
  ])('is not believed with %s: the book is read from the log', async (_, harm) => {
    if ((await eventsOf(process, book('F4'))).length === 1) await filled('F4', 45);
    const writer = await restarted('F4');
    accepted(await writer.next.ledger.execute(submission(donation('F4', 1n))));
    await until(async () => (await head('F4')) !== undefined);
    await writer.next.close();
    await process.dataSource.query(harm);
    const { next, reads } = await restarted('F4');
    expect(refusedCode(await next.ledger.execute(submission(donation('F4', 1n, { externalReference: 'F4-3' }))))).toBe('external_reference_already_used');
    expect(reads[0]).toBe(0n);
  });

  it('does not hide from a command in flight that another process has booked it', async () => {
    await filled('F5', 25);
    const { next } = await restarted('F5');
    const once = submission(donation('F5', 5n, { externalReference: 'once' }));
    const answers = await Promise.all([process.ledger.execute(once), next.ledger.execute(once), ...Array.from({ length: 30 }, (_, n) => process.ledger.execute(submission(donation('F5', 1n, { externalReference: `beside-${n}` }))))]);
    expect(answers.map(({ kind }) => kind)).toEqual(answers.map(() => 'accepted'));
    expect((await eventsOf(process, book('F5'))).filter(({ data }) => data['externalReference'] === 'once')).toHaveLength(1);
  });
});
