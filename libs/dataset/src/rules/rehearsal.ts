import { setImmediate } from 'node:timers/promises';
import { ALREADY_DONE, associationIdOf, associationStream, fundBookStream, LedgerModel, refusalText, routeOf, type LedgerCommand } from '@ledger/fund-ledger';
import { invariant, isRefusal, type Day } from '@ledger/kernel';
import type { Faults } from '../faults.js';
import type { LedgerState } from '../ledger-state.js';
import type { Submissions } from '../rows/submissions.js';
import type { RowSubmission } from '../submission.js';
import { columnOfField } from './columns-of-fields.js';
import type { Consequences } from './consequences.js';

export interface Rehearsal {
  readonly rootCode: string;
  readonly today: Day;
  readonly ledger: LedgerState;
  readonly faults: Faults;
  readonly consequences: Consequences;
  /** Receipts that the set adjusts: the events of the others are not needed again. */
  readonly adjustedReceipts: ReadonlySet<string>;
}

/** Rows decided without letting anything else run in the process: some milliseconds. */
const ROWS_BETWEEN_PAUSES = 500;
/** Each question is some megabytes, however large the set. */
const ROWS_COMPARED_TOGETHER = 20_000;

/**
 * Runs a set through the ledger's own deciders in memory, on the ledger's present state, and reports what they refuse.
 * `submissions` come in the order in which they will be written. Answers which of them are in the ledger already.
 */
export async function rehearse(submissions: Submissions, rehearsal: Rehearsal): Promise<ReadonlySet<string>> {
  const { rootCode, today, ledger, faults, adjustedReceipts } = rehearsal;
  const known = await compareAll(submissions, ledger);
  const model = new LedgerModel({ today }, ({ type, data }) => type === 'DonationReceived' && data.externalReference !== undefined && adjustedReceipts.has(data.externalReference));
  const root = associationStream(associationIdOf(rootCode, rootCode));
  // Whatever has a code has a tree: without the root the ledger holds nothing of this set.
  const treeExists = (await ledger.fold([root])).size > 0;
  if (treeExists) await seed(model, submissions, known, ledger);
  let at = 0;
  for (const submission of submissions) {
    if (at++ % ROWS_BETWEEN_PAUSES === 0) await setImmediate();
    const before = known.get(submission.commandId);
    if (before === 'changed') faults.add('row_was_imported_with_other_content', submission.row);
    if (before) assume(model, submission);
    else await decide(model, submission, treeExists, rehearsal);
  }
  return new Set([...known].filter(([, what]) => what === 'booked').map(([id]) => id));
}

async function compareAll(submissions: Submissions, ledger: LedgerState): Promise<Map<string, 'booked' | 'changed'>> {
  const known = new Map<string, 'booked' | 'changed'>();
  let part: RowSubmission[] = [];
  const compare = async (): Promise<void> => {
    for (const [commandId, verdict] of await ledger.compare(part)) known.set(commandId, verdict);
    part = [];
  };
  for (const submission of submissions) if (part.push(submission) === ROWS_COMPARED_TOGETHER) await compare();
  await compare();
  return known;
}

/** Every stream that a new row is decided on, and every book: booked rows of those are not decided again. */
async function seed(model: LedgerModel, submissions: Submissions, known: ReadonlyMap<string, unknown>, ledger: LedgerState): Promise<void> {
  const streams = new Set<string>();
  for (const { commandId, command } of submissions) {
    if (!known.has(commandId)) streams.add(routeOf(command).stream);
    if (command.type === 'OpenFund') streams.add(fundBookStream(command.fundId));
  }
  for (const [stream, { state, eventCount }] of await ledger.fold([...streams])) model.seed(stream, state, eventCount);
}

/** The ledger holds the row: things are there, and books say so themselves. */
function assume(model: LedgerModel, submission: RowSubmission): void {
  const { command } = submission;
  const { stream, aggregate } = routeOf(command);
  if (aggregate !== 'fundBook' && aggregate !== 'mobilisation') {
    if (!model.has(stream)) model.apply(sealed(submission));
    return;
  }
  // Where a crash came between its halves, a transfer that was sent has still to arrive.
  if (command.type !== 'SendTransfer') return;
  const { fundId, toFundId, transferId, fromAccount, toAccount, amount, effectiveOn } = command;
  const arrival = model.apply({ type: 'ReceiveTransfer', fundId: toFundId, effectiveOn, transferId, fromFundId: fundId, fromAccount, account: toAccount, amount, sentOn: effectiveOn });
  invariant(!isRefusal(arrival) || ALREADY_DONE.has(arrival.refused), 'a transfer that was sent is never refused where it arrives');
}

async function decide(model: LedgerModel, submission: RowSubmission, treeExists: boolean, { ledger, faults, consequences }: Rehearsal): Promise<void> {
  const command = sealed(submission);
  if (consequences.hangsOnMissing(command)) return consequences.notBooked(command);
  const needs = treeExists ? model.needsOf(command) : {};
  const earlier = Object.keys(needs).length > 0 ? await ledger.earlier(routeOf(command).stream, needs) : undefined;
  const outcome = model.apply(command, earlier);
  if (!isRefusal(outcome)) return;
  if (!consequences.explains(outcome.refused, command)) {
    const { file, line } = submission.row;
    faults.addRefusal(outcome, { file, line, column: columnOfField(file, outcome.field) }, (refused) => ({ vi: refusalText(refused, 'vi'), en: refusalText(refused, 'en') }));
  }
  consequences.notBooked(command);
}

/** As the deciders take it: they see that personal text is sealed, and not what it says. */
function sealed({ command, secrets }: RowSubmission): LedgerCommand {
  const isProfile = command.type === 'RegisterDonor' || command.type === 'RegisterBeneficiary';
  return isProfile && secrets?.profile ? { ...command, sealed: 'sealed' } : command;
}
