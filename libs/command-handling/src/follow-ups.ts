import { ALREADY_DONE, followUpOf, type FollowUp } from '@ledger/fund-ledger';
import type { AcceptedAnswer, CommandAnswer, StoredEvent, Submission } from './ledger.js';
import type { LedgerLog } from './ledger-log.js';
import type { InnerSubmission } from './pending-command.js';

type Trail = Pick<Submission, 'actorId' | 'source'> & { readonly correlationId: string };

/** The command that completes what the leading event began, as handler and courier submit it alike. */
export function followUpSubmission(followUp: FollowUp, leadingEventId: string, trail: Trail): InnerSubmission {
  const { actorId, correlationId, source } = trail;
  return { commandId: followUp.commandId, eventId: followUp.eventId, command: followUp.command, actorId, correlationId, causationId: leadingEventId, ...(source && { source }) };
}

/** Whether the follow-up's event is in the log now. */
export function isDone(answer: CommandAnswer): boolean {
  return answer.kind === 'accepted' || (answer.kind === 'refused' && ALREADY_DONE.has(answer.refusal.refused));
}

/** Completes an accepted command before it is answered; what cannot be completed now is left to the courier. */
export async function completeFollowUps(
  submission: Submission,
  answer: AcceptedAnswer,
  execute: (submission: InnerSubmission) => Promise<CommandAnswer>,
  log: LedgerLog,
): Promise<AcceptedAnswer> {
  const open = answer.events.flatMap((event: StoredEvent) => {
    const followUp = followUpOf(event);
    return followUp ? [{ event, followUp }] : [];
  });
  if (open.length === 0) return answer;
  const trail = { ...submission, correlationId: submission.correlationId ?? submission.commandId };
  let position = answer.position;
  let arrived = true;
  for (const { event, followUp } of open) {
    const followed = await execute(followUpSubmission(followUp, event.id, trail));
    if (followed.kind === 'accepted' && followed.position > position) position = followed.position;
    if (isDone(followed)) continue;
    arrived = false;
    log.warn({ commandId: submission.commandId, followUp: followUp.command.type, answer: followed.kind }, 'a follow-up is left to the courier');
  }
  return { ...answer, position, arrived };
}
