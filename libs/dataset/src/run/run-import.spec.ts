import { fundBookStream, fundIdOf, donorIdOf } from '@ledger/fund-ledger';
import { ModelLedger, SetBuilder, type Mishap } from '../../testing/index.js';
import { checkSet, type CheckedSet } from '../check-set.js';
import type { ImportProgress } from './progress.js';
import { laneOf } from './plan.js';
import { runImport, type RunOptions, type RunReport } from './run-import.js';

const TODAY = '2024-05-01';
const small = SetBuilder.small();
const Q1 = fundIdOf('R', 'Q1');
const Q3 = fundIdOf('R', 'Q3');

type Sound = Extract<CheckedSet, { kind: 'sound' }>;

async function checked(set: SetBuilder, ledger = new ModelLedger(TODAY)): Promise<Sound> {
  const result = await checkSet(set, { today: TODAY, ledger });
  if (result.kind === 'faulty') throw new Error(JSON.stringify(result.faults));
  return result;
}

async function imported(set: SetBuilder, ledger: ModelLedger, options: Partial<RunOptions> = {}): Promise<RunReport> {
  const { plan, alreadyBooked } = await checked(set, ledger);
  return runImport(plan, { execute: ledger.execute, alreadyBooked, pause: () => Promise.resolve(), ...options });
}

async function whole(set: SetBuilder): Promise<ModelLedger> {
  const ledger = new ModelLedger(TODAY);
  expect((await imported(set, ledger)).kind).toBe('complete');
  return ledger;
}

/** Many movements of few funds, with transfers between them that later payments live on. */
function busySet(): SetBuilder {
  const donations: string[] = [];
  const disbursements: string[] = [];
  const transfers: string[] = [];
  let seq = 100;
  for (let at = 0; at < 60; at += 1) {
    donations.push(`${(seq += 1)},PX${at},2023-03-01,Q1,D2,,,bank,1000,`);
    transfers.push(`${(seq += 1)},NX${at},2023-03-01,Q1,bank,Q3,bank,1000,`);
    disbursements.push(`${(seq += 1)},CX${at},2023-03-01,Q3,gift,,1,bank,1000,`);
    if (at % 10 === 5) transfers.push(`${(seq += 1)},NY${at},2023-03-01,Q3,bank,Q1,bank,1,`);
  }
  return small.add('donations', ...donations).add('disbursements', ...disbursements).add('transfers', ...transfers);
}

describe('an import', () => {
  it('books every row, each stream in posted order', async () => {
    const { plan } = await checked(small);
    const ledger = await whole(small);
    const order = new Map(ledger.decided.map((id, at) => [id, at]));
    const lastOf = new Map<string, number>();
    for (const submission of plan.movements) {
      const { stream } = laneOf(submission);
      const place = order.get(submission.commandId)!;
      expect(place).toBeGreaterThan(lastOf.get(stream) ?? -1);
      lastOf.set(stream, place);
    }
    expect(ledger.decided).toHaveLength(32);
    expect(ledger.model.eventsOf(fundBookStream(Q3)).map(({ type }) => type)).toEqual(['FundBookOpened', 'DonationReceived', 'DisbursementPaid', 'TransferReceived']);
  });

  it('again changes nothing and sends only what might be open', async () => {
    const ledger = await whole(small);
    const before = structuredClone(ledger.contentsByStream());
    const sent: string[] = [];
    const report = await imported(small, ledger, { execute: (submission) => { sent.push(submission.command.type); return ledger.execute(submission); } });
    expect(report).toMatchObject({ kind: 'complete', progress: { total: 32, done: 32, booked: 0 } });
    expect(new Set(sent)).toEqual(new Set(['OpenFund', 'SendTransfer']));
    expect(ledger.contentsByStream()).toEqual(before);
  });

  it('with the rows known as booked sent again books them once', async () => {
    const ledger = await whole(small);
    const report = await imported(small, ledger, { alreadyBooked: new Set() });
    expect(report).toMatchObject({ kind: 'complete', progress: { total: 32, done: 32, booked: 0 } });
  });

  it.each(Array.from({ length: 16 }, (_, at) => at * 14))('goes on where it was stopped: after %i rows', async (rows) => {
    const set = busySet();
    const ledger = new ModelLedger(TODAY);
    const controller = new AbortController();
    let sent = 0;
    const first = await imported(set, ledger, {
      signal: controller.signal, inFlight: 7,
      execute: (submission) => { if (++sent > rows) controller.abort(); return ledger.execute(submission); },
    });
    expect(first.kind === 'stopped' ? first.stop.kind : first.kind).toBe('aborted');
    expect((await imported(set, ledger)).kind).toBe('complete');
    expect(ledger.contentsByStream()).toEqual((await whole(set)).contentsByStream());
  });

  it('never has more under way than it may', async () => {
    const ledger = new ModelLedger(TODAY);
    await imported(busySet(), ledger, { inFlight: 5 });
    expect(ledger.mostInFlight).toBe(5);
  });

  it('tells how far it is', async () => {
    const reports: ImportProgress[] = [];
    let time = 0;
    await imported(busySet(), new ModelLedger(TODAY), { onProgress: (progress) => reports.push(progress), now: () => (time += 10) });
    expect(reports.length).toBeGreaterThan(5);
    expect(reports.map(({ done }) => done)).toEqual([...reports.map(({ done }) => done)].sort((a, b) => a - b));
    expect(reports.at(-1)).toMatchObject({ total: reports[0]!.total, done: reports[0]!.total, booked: reports[0]!.total, secondsLeft: 0 });
    expect(reports[0]!.secondsLeft).toBeGreaterThan(0);
  });
});

describe('a ledger that cannot take a row now', () => {
  it.each(['busy', 'store_unavailable', 'lost_answer', 'in_transit'] as const)('is asked again with the same command: %s', async (mishap) => {
    const set = busySet();
    let random = 1;
    const unlucky = (_: unknown, attempt: number): Mishap | undefined => {
      random = (random * 16_807) % 2_147_483_647;
      return attempt < 4 && random % 3 === 0 ? mishap : undefined;
    };
    const ledger = new ModelLedger(TODAY, unlucky);
    const { rows } = await checked(set);
    // A row whose first answer was lost is still one that this run booked.
    expect(await imported(set, ledger)).toMatchObject({ kind: 'complete', progress: { booked: rows, done: rows } });
    expect(ledger.decided).toHaveLength(rows);
    expect(new Set(ledger.decided).size).toBe(rows);
  });

  it('holds back the rows behind a transfer that has not arrived', async () => {
    const asked: string[] = [];
    const ledger = new ModelLedger(TODAY, ({ command }, attempt) => (command.type === 'SendTransfer' && attempt < 3 ? 'in_transit' : undefined));
    const set = small.add('disbursements', '20,PC20,2023-02-01,Q3,gift,,1,bank,100,');
    await imported(set, ledger, { execute: (submission) => { asked.push(`${submission.row.file} ${submission.row.line}`); return ledger.execute(submission); } });
    const transfers = asked.flatMap((row, at) => (row === 'transfers 2' ? [at] : []));
    expect(transfers).toHaveLength(3);
    expect(asked.indexOf('disbursements 4')).toBeGreaterThan(transfers[2]!);
  });

  it('for too long is given up, with the row named', async () => {
    const ledger = new ModelLedger(TODAY, ({ row }) => (row.file === 'donations' && row.line === 3 ? 'store_unavailable' : undefined));
    const report = await imported(small, ledger, { attempts: 4 });
    expect(report).toMatchObject({ kind: 'stopped', stop: { kind: 'unavailable', why: 'store_unavailable', submission: { row: { file: 'donations', line: 3 } } } });
  });
});

describe('a command beside the import', () => {
  it('that makes a row refusable stops it there; it goes on after the cause is gone', async () => {
    const ledger = new ModelLedger(TODAY);
    const { plan } = await checked(small, ledger);
    let spent = false;
    const report = await runImport(plan, {
      pause: () => Promise.resolve(),
      execute: (submission) => {
        if (!spent && submission.row.file === 'donations') {
          spent = true;
          ledger.book({ type: 'PayDisbursement', fundId: Q1, effectiveOn: '2023-01-02', purpose: 'gift', recipients: 1, account: 'cash', amount: 9_000_000n });
        }
        return ledger.execute(submission);
      },
    });
    // Cash is 1m + 1m − 1m − 0.5m: the transfer of 0.5m takes the last of it, and the receipt cannot be lowered.
    expect(report).toMatchObject({ kind: 'stopped', stop: { kind: 'refused', submission: { row: { file: 'adjustments', line: 2 } }, outcome: { refusal: { refused: 'account_would_be_overdrawn' } } } });

    const again = await checkSet(small, { today: TODAY, ledger });
    expect(again).toMatchObject({ kind: 'faulty', faultCount: 1, faults: [{ code: 'account_would_be_overdrawn', file: 'adjustments.csv', line: 2, column: 'delta' }] });

    ledger.book({ type: 'ReceiveDonation', fundId: Q1, effectiveOn: '2023-01-18', account: 'cash', amount: 9_000_000n, donorId: donorIdOf('R', 'D2') });
    expect((await imported(small, ledger)).kind).toBe('complete');
  });

  it('that booked the same row with other content stops it', async () => {
    const ledger = new ModelLedger(TODAY);
    const { plan } = await checked(small, ledger);
    await imported(small.change('donations', 2, { amount: '20000001' }), ledger);
    const report = await runImport(plan, { execute: ledger.execute });
    expect(report).toMatchObject({ kind: 'stopped', stop: { kind: 'refused', outcome: { kind: 'changed' }, submission: { row: { file: 'donations', line: 2 } } } });
  });
});

describe('a set of a tree that the ledger knows', () => {
  it('is refused for rows that were imported with other content', async () => {
    const ledger = await whole(small);
    const changed = small.change('donors', 2, { name: 'Tên khác' }).change('disbursements', 2, { amount: '3000001' }).change('transfers', 2, { amount: '1' });
    const result = await checkSet(changed, { today: TODAY, ledger });
    expect(result.kind === 'faulty' && result.faults.map(({ code, file, line }) => `${code} ${file} ${line}`)).toEqual([
      'row_was_imported_with_other_content donors.csv 2', 'row_was_imported_with_other_content disbursements.csv 2', 'row_was_imported_with_other_content transfers.csv 2',
    ]);
  });

  it('may bring rows that follow, judged on what is booked', async () => {
    const ledger = await whole(small);
    const more = small.add('donors', 'D4,Người mới,individual').add('donations', '30,PT9,2023-02-01,Q3,D4,,,bank,1000,').add('adjustments', '31,DC9,2023-02-02,PT1,-20000000,');
    expect(await imported(more, ledger)).toMatchObject({ kind: 'complete', progress: { booked: 3 } });
    const tooMuch = more.add('disbursements', '40,PC40,2023-03-01,Q3,gift,,1,bank,4001001,');
    expect(await checkSet(tooMuch, { today: TODAY, ledger })).toMatchObject({ kind: 'faulty', faults: [{ code: 'account_would_be_overdrawn', file: 'disbursements.csv', line: 4 }] });
  });

  it('does not depend on what other trees hold', async () => {
    const ledger = await whole(small);
    const other = small.change('associations', 2, { code: 'S' }).change('associations', 3, { parent_code: 'S' }).change('funds', 2, { association_code: 'S' }).change('funds', 3, { association_code: 'S' })
      .change('campaigns', 2, { association_code: 'S' }).change('awards', 2, { association_code: 'S' });
    expect(await imported(other, ledger)).toMatchObject({ kind: 'complete', progress: { booked: 32 } });
  });
});
