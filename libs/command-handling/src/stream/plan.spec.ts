import { deciderOf, followUpOf, type LedgerCommand } from '@ledger/fund-ledger';
import { isRefusal } from '@ledger/kernel';
import { LIMITS } from '../limits.js';
import { PendingCommand } from '../pending-command.js';
import { emptyFold, foldIn, type Fold } from './fold.js';
import { Plan } from './plan.js';

const FUND = '6f1d7c64-2f0b-5c3e-9a57-0b6f8f7d3a11';
const STREAM = `fundBook-${FUND}`;
const NOW = new Date('2023-06-01T00:00:00Z');

let commands = 0;
const pending = (command: LedgerCommand, over = {}): PendingCommand => {
  const made = new PendingCommand({ commandId: `6f1d7c64-2f0b-5c3e-9a57-${String((commands += 1)).padStart(12, '0')}`, actorId: 'a', command, ...over }, 'hash', STREAM);
  made.prepared = { command, provided: {} };
  return made;
};
const receive = (amount: bigint): LedgerCommand => ({ type: 'ReceiveDonation', fundId: FUND, effectiveOn: '2023-02-01', account: 'cash', amount, donorId: FUND });
const pay = (amount: bigint): LedgerCommand => ({ type: 'PayDisbursement', fundId: FUND, effectiveOn: '2023-02-01', account: 'cash', amount, purpose: 'gift', recipients: 1 });

function openedBook(): Fold {
  const { initialState, decide, evolve } = deciderOf(STREAM);
  const { command } = followUpOf({ type: 'FundOpened', data: {
    fundId: FUND, rootCode: 'R', code: 'F', name: 'F', associationId: FUND, restriction: 'unrestricted', openedOn: '2023-01-01',
    opening: { cash: '10', bank: '0', goods: '0' }, endowmentPrincipal: '0' } })!;
  const fold = emptyFold(initialState());
  const opened = decide(command, fold.state, { today: '2023-06-01' });
  if (isRefusal(opened)) throw new Error(opened.refused);
  foldIn(fold, { id: 'a', type: opened[0]!.type, data: { ...opened[0]!.data }, revision: 0n, position: 5n, metadata: { recordedAt: '2023-07-01T00:00:00.000Z' } as never }, evolve);
  return fold;
}

const plan = (fold: Fold, ...batch: PendingCommand[]): Plan => {
  const made = new Plan(STREAM, fold, LIMITS, NOW);
  for (const one of batch) made.add(one, one.prepared!);
  return made;
};

describe('Plan', () => {
  it('decides each command on what those before it left, and leaves the fold as it was until the append is done', () => {
    const fold = openedBook();
    const made = plan(fold, pending(pay(10n)), pending(pay(1n)), pending(receive(3n)), pending(pay(3n)));
    expect(made.decisions.map(({ kind }) => kind)).toEqual(['books', 'answers', 'books', 'books']);
    expect(fold.revision).toBe(0n);
    // A conflict throws the plan away: the fold still has its ten.
    expect(plan(fold, pending(pay(10n))).decisions[0]!.kind).toBe('books');
    made.settle(99n);
    expect(fold).toMatchObject({ revision: 3n, position: 99n });
    expect(plan(fold, pending(pay(1n))).decisions[0]!.kind).toBe('answers');
  });

  it('never records an event before its predecessor', () => {
    expect(plan(openedBook(), pending(receive(1n))).events[0]!.metadata.recordedAt).toBe('2023-07-01T00:00:00.000Z');
  });

  it('needs proof of being current only where nothing is appended that would prove it', () => {
    expect(plan(openedBook(), pending(pay(11n))).needsProof).toBe(true);
    expect(plan(openedBook(), pending(pay(11n)), pending(receive(1n))).needsProof).toBe(false);
    expect(plan(openedBook(), pending(receive(1n), { dryRun: true })).needsProof).toBe(true);
  });

  it('compares If-Match with the revision that the commands before it lead to', () => {
    const made = plan(openedBook(), pending(receive(1n)), pending(receive(1n), { ifMatch: 0n }), pending(receive(1n), { ifMatch: 1n }));
    expect(made.decisions.map((decision) => (decision.kind === 'answers' ? decision.answer : decision.kind))).toEqual(['books', { kind: 'precondition_failed', revision: 1n }, 'books']);
  });

  it('lets a dry run see what is planned and leave no trace', () => {
    const made = plan(openedBook(), pending(receive(5n)), pending(pay(15n), { dryRun: true }), pending(pay(15n)));
    expect(made.decisions.map(({ kind }) => kind)).toEqual(['books', 'answers', 'books']);
    expect(made.events).toHaveLength(2);
  });
});
