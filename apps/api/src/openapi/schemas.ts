/** Shapes that many operations answer with, as JSON Schema. */
const text = { type: 'string' };

export const SHARED_SCHEMAS = {
  Problem: {
    description: 'RFC 9457. `title`, `detail` and the texts in `errors` follow Accept-Language (vi, en); `code` never changes.',
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
    properties: {
      type: { type: 'string', format: 'uri' }, title: text, status: { type: 'integer' }, detail: text, instance: text, code: text, requestId: text,
      details: { type: 'object', additionalProperties: text },
      errors: {
        type: 'array',
        items: {
          type: 'object', required: ['code', 'detail'],
          properties: { pointer: { type: 'string', description: 'JSON Pointer into the body.' }, parameter: text, header: text, code: text, detail: text },
        },
      },
    },
  },
  Import: {
    description: '`state`: checking, then faulty (nothing was written), sound (a dry run), or writing, then complete, stopped (send the same set again to go on) or failed.',
    type: 'object', required: ['id', 'dryRun', 'state', 'rows', 'progress', 'position', 'faultCount', 'faults', 'stoppedAt'],
    properties: {
      id: text, dryRun: { type: 'boolean' }, state: { enum: ['checking', 'faulty', 'sound', 'writing', 'complete', 'stopped', 'failed'] },
      rows: { type: ['integer', 'null'] }, position: { type: ['string', 'null'], description: 'For `atPosition`, once complete.' },
      progress: { type: ['object', 'null'], properties: { total: { type: 'integer' }, done: { type: 'integer' }, booked: { type: 'integer' }, rate: { type: 'number' }, secondsLeft: { type: ['number', 'null'] } } },
      faultCount: { type: 'integer' },
      faults: { type: 'array', items: { type: 'object', properties: { file: text, line: { type: 'integer' }, column: text, code: text, reason: text } } },
      stoppedAt: { type: ['object', 'null'] },
    },
  },
  Reflecting: {
    description: 'Every answer to a query. Figures are named as in the import format; amounts are digits in strings, counts are numbers.',
    type: 'object', required: ['asOfPosition', 'asOfTime'], additionalProperties: true,
    properties: {
      asOfPosition: { type: ['string', 'null'], description: 'How much of the ledger the answer reflects.' },
      asOfTime: { type: ['string', 'null'], format: 'date-time' },
      items: { type: 'array', items: { type: 'object' } }, next: { type: ['string', 'null'], description: '`after` of the next page.' },
    },
  },
  Voucher: {
    type: 'object', required: ['kind', 'year', 'number'],
    properties: { kind: text, year: { type: 'integer' }, number: { type: 'integer', description: 'Gapless per fund, kind and year.' } },
  },
  CommandReply: {
    description: 'What was recorded. A repeated request gets the same answer.',
    type: 'object', required: ['ids', 'stream', 'revision', 'position', 'arrived', 'events'],
    properties: {
      ids: { type: 'object', additionalProperties: text }, stream: text, revision: { type: 'string', description: 'Also the ETag.' },
      position: { type: 'string', description: 'Send it back with a query (`atPosition`) to read what was just written.' },
      voucher: { $ref: '#/components/schemas/Voucher' },
      arrived: { type: 'boolean', description: 'False for a transfer whose other half is still on its way.' },
      events: { type: 'array', items: { type: 'object', required: ['id', 'type', 'data'], properties: { id: text, type: text, data: { type: 'object' } } } },
    },
  },
  Foreseen: {
    description: 'With `dryRun=true`: what would be recorded. Nothing was written.',
    type: 'object', required: ['wouldBeAccepted', 'stream', 'revision', 'events'],
    properties: {
      wouldBeAccepted: { const: true }, stream: text, revision: { type: ['string', 'null'] }, voucher: { $ref: '#/components/schemas/Voucher' },
      events: { type: 'array', items: { type: 'object', required: ['type', 'data'], properties: { type: text, data: { type: 'object' } } } },
    },
  },
} as const;
