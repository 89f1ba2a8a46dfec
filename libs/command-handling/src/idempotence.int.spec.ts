import { accepted, book, donation, eventsOf, foundLedger, LedgerHouse, openFund, payment, submission, transfer, type LedgerProcess } from '../testing/src/index.js';

// Real servers on a machine that may be busy.
jest.setTimeout(60_000);

let house: LedgerHouse;
let process: LedgerProcess;

const booked = async (code: string): Promise<number> => (await eventsOf(process, book(code))).length;
const withoutOutcome = (commandId: string): Promise<unknown> => process.dataSource.query('UPDATE command.command_keys SET outcome = NULL WHERE command_id = $1', [commandId]);

beforeAll(async () => {
  house = await LedgerHouse.open();
  process = await house.process();
  await foundLedger(process.ledger, openFund('F1'), openFund('F2'));
});

afterAll(() => house.close());

describe('the same key', () => {
  it('with the same body gives the first answer and books nothing', async () => {
    const one = submission(donation('F1', 10n));
    const first = accepted(await process.ledger.execute(one));
    accepted(await process.ledger.execute(submission(donation('F1', 1n))));
    const before = await booked('F1');
    expect(await process.ledger.execute(one)).toEqual({ ...first, repeated: true });
    expect(await booked('F1')).toBe(before);
  });

  it('with another body or another fund is told apart, also after a refusal', async () => {
    const one = submission(donation('F1', 10n));
    accepted(await process.ledger.execute(one));
    expect(await process.ledger.execute({ ...one, command: donation('F1', 11n) })).toEqual({ kind: 'idempotency_key_reused' });
    expect(await process.ledger.execute({ ...one, command: donation('F2', 10n) })).toEqual({ kind: 'idempotency_key_reused' });
    const refused = submission(payment('F2', 1_000n));
    expect(await process.ledger.execute(refused)).toMatchObject({ kind: 'refused' });
    expect(await process.ledger.execute({ ...refused, command: payment('F2', 1n) })).toEqual({ kind: 'idempotency_key_reused' });
  });

  it('after a refusal decides the same body again', async () => {
    const one = submission(payment('F2', 500n));
    expect(await process.ledger.execute(one)).toMatchObject({ kind: 'refused' });
    accepted(await process.ledger.execute(submission(donation('F2', 500n))));
    expect(accepted(await process.ledger.execute(one)).repeated).toBe(false);
    expect(accepted(await process.ledger.execute(one)).repeated).toBe(true);
  });

  it('twenty times at once is booked once, in one process and over three', async () => {
    const others = [process, await house.process(), await house.process()];
    for (const rounds of [[process], others, others, others]) {
      const one = submission(donation('F1', 3n));
      const before = await booked('F1');
      const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => rounds[at % rounds.length]!.ledger.execute(one)));
      const places = answers.map((answer) => accepted(answer).revision);
      expect(new Set(places).size).toBe(1);
      expect(await booked('F1')).toBe(before + 1);
    }
    await Promise.all(others.slice(1).map((other) => other.close()));
  });

  it('twenty times at once with different bodies is booked once, and the others are told', async () => {
    const other = await house.process();
    const one = submission(donation('F1', 3n));
    const before = (await booked('F1')) + (await booked('F2'));
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => (at % 2 ? other : process).ledger.execute({ ...one, command: donation(at % 3 ? 'F1' : 'F2', BigInt(at % 4) + 1n) })));
    expect(answers.every((answer) => ['accepted', 'idempotency_key_reused'].includes(answer.kind))).toBe(true);
    expect((await booked('F1')) + (await booked('F2'))).toBe(before + 1);
    await other.close();
  });

  it('is known after a restart, with the outcome written or lost', async () => {
    const one = submission(donation('F1', 7n));
    const first = accepted(await process.ledger.execute(one));
    const later = await Promise.all(Array.from({ length: 30 }, () => process.ledger.execute(submission(donation('F1', 1n)))));
    expect(later.every((answer) => answer.kind === 'accepted')).toBe(true);
    const before = await booked('F1');

    const restarted = await house.process();
    expect(await restarted.ledger.execute(one)).toMatchObject({ ...first, repeated: true, position: expect.any(BigInt) });
    await restarted.close();
    await withoutOutcome(one.commandId);
    const again = await house.process();
    expect(await again.ledger.execute(one)).toMatchObject({ ...first, repeated: true, position: expect.any(BigInt) });
    await again.close();
    expect(await booked('F1')).toBe(before);
  });

  it('of a command that another process booked while it waited here is not booked again', async () => {
    // The claim is there without an outcome, as after a crash before the append; both processes then try it, beside others.
    const other = await house.process();
    for (let round = 0; round < 10; round += 1) {
      const one = submission(donation('F2', 2n));
      const crowd = (at: LedgerProcess) => Array.from({ length: 5 }, () => at.ledger.execute(submission(donation('F2', 1n))));
      const before = await booked('F2');
      const answers = await Promise.all([...crowd(process), process.ledger.execute(one), ...crowd(other), other.ledger.execute(one)]);
      expect(answers.map((answer) => answer.kind)).toEqual(Array<string>(12).fill('accepted'));
      expect(await booked('F2')).toBe(before + 11);
    }
    await other.close();
  });

  it('of a transfer repeats both halves of the answer', async () => {
    const sent = transfer('F1', 'F2', 5n);
    const first = accepted(await process.ledger.execute(sent));
    await withoutOutcome(sent.commandId);
    const before = (await booked('F1')) + (await booked('F2'));
    expect(await process.ledger.execute(sent)).toMatchObject({ kind: 'accepted', repeated: true, arrived: true, revision: first.revision });
    expect((await booked('F1')) + (await booked('F2'))).toBe(before);
  });
});

describe('rebuildCommandKeys', () => {
  it('makes the register again from the log', async () => {
    const one = submission(donation('F1', 9n));
    const first = accepted(await process.ledger.execute(one));
    const refused = submission(payment('F1', 1_000_000n));
    await process.ledger.execute(refused);
    await process.close();
    const restored = await house.process();
    process = restored;
    const [{ count }] = await restored.dataSource.query<{ count: number }[]>('SELECT count(*)::int AS count FROM command.command_keys WHERE outcome IS NOT NULL OR command_id <> $1', [refused.commandId]) as [{ count: number }];
    await restored.dataSource.query('DELETE FROM command.command_keys');
    const commands = new Set<string>();
    for await (const event of restored.eventStore.readAll()) if (event.stream !== 'ledgerLog') commands.add(event.metadata.commandId);
    expect(await restored.ledger.rebuildCommandKeys()).toBe(commands.size);
    expect(commands.size).toBeLessThanOrEqual(count);
    expect(await restored.ledger.rebuildCommandKeys()).toBe(0);
    const before = await booked('F1');
    expect(await restored.ledger.execute(one)).toMatchObject({ ...first, repeated: true, position: expect.any(BigInt) });
    expect(await restored.ledger.execute({ ...one, command: donation('F1', 8n) })).toEqual({ kind: 'idempotency_key_reused' });
    expect(await booked('F1')).toBe(before);
  });

  it('happens by itself before the first claim where Postgres knows nothing of the log, or of another', async () => {
    const one = submission(donation('F1', 21n));
    const first = accepted(await process.ledger.execute(one));
    const before = await booked('F1');
    for (const forgetting of ['DELETE FROM command.register', "UPDATE command.register SET log_id = 'another'"]) {
      await process.dataSource.query('DELETE FROM command.command_keys');
      await process.dataSource.query(forgetting);
      const [a, b] = [await house.process(), await house.process()];
      const answers = await Promise.all([a.ledger.execute(one), b.ledger.execute(one)]);
      expect(answers).toMatchObject([first, first].map(({ revision, events }) => ({ kind: 'accepted', repeated: true, revision, events })));
      await Promise.all([a.close(), b.close()]);
    }
    expect(await booked('F1')).toBe(before);
  });
});
