import { statusOfRefusal } from '../commands/command-reply.js';
import type { FieldFault } from '../http/problem.js';
import { Problem } from '../http/problem.js';
import { documentOf } from '../http/problem-filter.js';

/** Who may call an operation and what it needs; said by its decorator as `x-soquy-kind`. */
export type OperationKind = 'command' | 'upload' | 'query' | 'personal-query' | 'protected' | 'open';

interface Cause { readonly status: number; readonly code: string; readonly details?: Record<string, string>; readonly errors?: readonly FieldFault[] }

const EVERYWHERE: readonly Cause[] = [
  { status: 421, code: 'host_not_allowed' },
  { status: 403, code: 'origin_not_allowed' },
  { status: 500, code: 'internal_error', details: { requestId: 'f2b5…' } },
];
const AUTHORISED: readonly Cause[] = [{ status: 401, code: 'token_missing' }, { status: 401, code: 'token_unknown' }];
const INPUT: Cause = { status: 400, code: 'input_invalid', errors: [{ parameter: 'limit', code: 'count_out_of_range', details: { least: '1', most: '500' } }] };
const READ: readonly Cause[] = [
  INPUT,
  { status: 400, code: 'position_malformed' },
  { status: 409, code: 'position_of_another_log' },
  { status: 503, code: 'position_not_reached' },
  { status: 503, code: 'database_unavailable' },
];
const COMMAND: readonly Cause[] = [
  { status: 400, code: 'input_invalid', errors: [{ pointer: '/amount', code: 'amount_is_a_number' }] },
  { status: 400, code: 'json_malformed', details: { offset: '17' } },
  { status: 400, code: 'json_key_repeated', errors: [{ pointer: '/amount', code: 'json_key_repeated' }] },
  { status: 400, code: 'body_not_utf8' },
  { status: 400, code: 'idempotency_key_missing', errors: [{ header: 'Idempotency-Key', code: 'idempotency_key_missing' }] },
  { status: 400, code: 'idempotency_key_malformed', details: { limit: '200' } },
  { status: 400, code: 'if_match_malformed' },
  { status: 412, code: 'precondition_failed', details: { revision: '7' } },
  { status: 413, code: 'body_too_large', details: { limitBytes: '65536' } },
  { status: 415, code: 'content_type_not_supported', details: { expected: 'application/json' } },
  { status: 422, code: 'idempotency_key_reused', errors: [{ header: 'Idempotency-Key', code: 'idempotency_key_reused' }] },
  { status: 503, code: 'busy' }, { status: 503, code: 'store_unavailable' },
  { status: 503, code: 'outcome_unknown' }, { status: 503, code: 'claims_unavailable' },
];
const UPLOAD: readonly Cause[] = [
  { status: 400, code: 'upload_malformed' },
  { status: 400, code: 'upload_file_unknown', details: { file: 'x.csv' } },
  { status: 413, code: 'upload_too_large', details: { limitBytes: '268435456' } },
  { status: 415, code: 'content_type_not_supported', details: { expected: 'multipart/form-data' } },
  { status: 503, code: 'imports_busy' },
];

const CAUSES: Readonly<Record<OperationKind, readonly Cause[]>> = {
  command: [...AUTHORISED, ...COMMAND],
  upload: [...AUTHORISED, INPUT, ...UPLOAD],
  query: [...READ, { status: 401, code: 'token_unknown' }],
  'personal-query': [...AUTHORISED, ...READ],
  protected: AUTHORISED,
  open: [],
};

/** The answers other than success that an operation can give, by status, each with an example of every code. */
export function problemResponses(kind: OperationKind, refusals: readonly string[], path: string): Record<string, object> {
  const causes = [...CAUSES[kind], ...refusals.map((code) => refusalCause(code, path)), ...EVERYWHERE];
  const byStatus = new Map<number, Cause[]>();
  for (const cause of causes) byStatus.set(cause.status, [...(byStatus.get(cause.status) ?? []), cause]);
  return Object.fromEntries([...byStatus].map(([status, group]) => [String(status), {
    description: group.map(({ code }) => `\`${code}\``).join(', '),
    ...(status === 503 ? { headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } } } : {}),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(group.map((cause) => [cause.code, { value: exampleOf(cause, path) }])),
      },
    },
  }]));
}

/** The addressed thing's absence is 404, a thing that exists already 409, anything else 422. */
function refusalCause(code: string, path: string): Cause {
  const thing = /^([a-z]+)_not_found$/.exec(code)?.[1];
  const isAddressed = thing !== undefined && path.includes(`{${thing}}`);
  return { status: /^(resource|import)_not_found$/.test(code) ? 404 : statusOfRefusal(code, isAddressed), code };
}

function exampleOf({ status, code, details, errors }: Cause, path: string): object {
  const problem = new Problem(status, code, { ...(details ? { details } : {}), ...(errors ? { errors } : {}) });
  const request = { path: path.replace(/\{([a-z]+)\}/g, 'VD:$1'), soquy: { requestId: 'f2b5…', correlationId: '', language: 'en' as const, startedAt: 0n } };
  return documentOf(problem, request, 'en');
}
