import type { ServerResponse } from 'node:http';
import { canonicalText, type Refusal } from '@ledger/kernel';
import type { CommandAnswer, StoredEvent } from '@ledger/command-handling';
import type { LedgerCommand } from '@ledger/fund-ledger';
import { Problem, type FieldFault } from '../http/problem.js';
import { JSON_TYPE } from '../http/send-text.js';

type Accepted = Extract<CommandAnswer, { kind: 'accepted' }>;

/** The body of 201: what was recorded, and where. The same for a repeated request. */
interface CommandReply {
  readonly ids: Readonly<Record<string, string>>;
  readonly stream: string;
  readonly revision: string;
  readonly position: string;
  readonly voucher?: unknown;
  /** False for a transfer whose other half is still on its way. */
  readonly arrived: boolean;
  readonly events: readonly StoredEvent[];
}

interface Foreseen {
  readonly wouldBeAccepted: true;
  readonly stream: string;
  readonly revision: string | null;
  readonly voucher?: unknown;
  readonly events: readonly { readonly type: string; readonly data: object }[];
}

/** The JSON text of a CommandReply, or what a dry run foresees. */
export type Reply = string | Foreseen;

/** Every id that the command resolved, so that a client that wrote codes learns them. */
function idsOf(command: LedgerCommand): Record<string, string> {
  const ids: Record<string, string> = {};
  for (const [key, value] of Object.entries(command)) if (key.endsWith('Id') && typeof value === 'string') ids[key] = value;
  return ids;
}

function voucherOf(events: readonly { readonly data: object }[]): { voucher?: unknown } {
  const data = events[0]?.data;
  return data && 'voucher' in data ? { voucher: data.voucher } : {};
}

/** Canonical text: what is answered again, from the log, is the same to the byte. */
export function replyTo(answer: Accepted, command: LedgerCommand, position: string, response: ServerResponse): string {
  response.statusCode = 201;
  response.setHeader('ETag', `"${answer.revision}"`);
  response.setHeader('Soquy-Position', position);
  response.setHeader('Content-Type', JSON_TYPE);
  if (answer.repeated) response.setHeader('Idempotency-Replayed', 'true');
  const { stream, revision, events, arrived } = answer;
  const reply: CommandReply = { ids: idsOf(command), stream, revision: String(revision), position, ...voucherOf(events), arrived, events };
  return canonicalText(reply);
}

export function foresee(answer: Extract<CommandAnswer, { kind: 'would_be_accepted' }>, response: ServerResponse): Foreseen {
  response.statusCode = 200;
  const events = answer.events.map(({ type, data }) => ({ type, data }));
  const revision = answer.revision === 'no_stream' ? null : String(answer.revision);
  return { wouldBeAccepted: true, stream: answer.stream, revision, ...voucherOf(events), events };
}

/** Any other answer as a problem. `addressed`: fields of the command that came from the path, whose absence is a 404. */
export function problemOf(answer: Exclude<CommandAnswer, { kind: 'accepted' | 'would_be_accepted' }>, addressed: readonly string[]): Problem {
  switch (answer.kind) {
    case 'refused': return refused(answer.refusal, addressed);
    case 'idempotency_key_reused': return new Problem(422, answer.kind, { errors: [{ header: 'Idempotency-Key', code: answer.kind }] });
    case 'precondition_failed': {
      const revision = String(answer.revision);
      return new Problem(412, answer.kind, {
        details: { revision }, headers: answer.revision === 'no_stream' ? {} : { ETag: `"${revision}"` },
      });
    }
    default: return new Problem(503, answer.kind, { headers: { 'Retry-After': String(answer.retryAfterSeconds) } });
  }
}

const EXISTS_ALREADY = /_already_(registered|opened|launched|established|made|awarded|conferred|reported|used)$/;

/** 404 where the thing that the path names is missing, 409 where what is to be made exists already, otherwise 422. */
export function statusOfRefusal(code: string, isAddressed: boolean): number {
  if (isAddressed && code.endsWith('_not_found')) return 404;
  return EXISTS_ALREADY.test(code) ? 409 : 422;
}

function refused({ refused: code, details, field }: Refusal, addressed: readonly string[]): Problem {
  const name = field?.split('/')[1];
  const isAddressed = name !== undefined && addressed.includes(name);
  const errors: FieldFault[] = field === undefined || isAddressed ? [] : [{ pointer: bodyPointer(field), code, details }];
  return new Problem(statusOfRefusal(code, isAddressed), code, { details, errors });
}

/** The command's `/donorId` is the body's `/donor`. */
function bodyPointer(field: string): string {
  return field.replace(/^\/([a-zA-Z]+)Id(?=\/|$)/, '/$1');
}
