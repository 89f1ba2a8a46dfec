import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { problemResponses, type OperationKind } from './describe-operation.js';
import { COMMAND_EXAMPLES, IMPORT_EXAMPLE, type RequestExample } from './examples.js';
import { QUERY_EXAMPLES } from './query-examples.js';
import { RECORDED_ANSWERS } from './recorded-answers.js';
import { SHARED_SCHEMAS } from './schemas.js';

/** An operation as the document has it; only what is touched here is typed. */
export interface Operation {
  operationId: string;
  'x-soquy-kind'?: OperationKind;
  'x-soquy-refusals'?: readonly string[];
  parameters?: { name: string; in: string; required?: boolean; schema?: object; description?: string; example?: unknown }[];
  requestBody?: { content: Record<string, { schema?: object; examples?: Record<string, { value: unknown }> }> };
  responses: Record<string, object>;
  security?: Record<string, never[]>[];
}

export interface ApiDocument {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, object> };
}

const DESCRIPTION = [
  'Sổ cái quỹ khuyến học. · The ledger of learning-promotion funds.',
  'Amounts are whole đồng as digits in strings; days are YYYY-MM-DD in Vietnam (UTC+7).',
  'A reference is an id or `tree:code`: the code of the tree\'s root association, a colon, and the thing\'s own code (where the root\'s code has a colon itself: the id).',
  'Commands need a token and an Idempotency-Key; send the same key again where no answer came.',
  'Every answer to a query says in `asOfPosition` how much of the ledger it reflects; `atPosition` waits for a command\'s position.',
].join('\n\n');

/** The OpenAPI 3.1 document: what the decorators say, with parameters, problems and examples that all operations share. */
export function apiDocument(app: INestApplication): ApiDocument {
  const frame = new DocumentBuilder().setOpenAPIVersion('3.1.0').setTitle('Sổ Quỹ').setVersion('1.0').setDescription(DESCRIPTION)
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'token').build();
  const document = SwaggerModule.createDocument(app, frame) as unknown as ApiDocument;
  Object.assign(document.components.schemas, SHARED_SCHEMAS);
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const operation of Object.values(operations)) complete(operation, path);
  }
  return document;
}

function complete(operation: Operation, path: string): void {
  const kind = operation['x-soquy-kind'] ?? 'open';
  operation.parameters = [...(operation.parameters ?? []), ...(kind === 'command' ? COMMAND_PARAMETERS : []), ...COMMON_PARAMETERS];
  for (const parameter of operation.parameters) if (parameter.in === 'path' && kind !== 'protected') parameter.description ??= 'An id, or `tree:code`.';
  if (kind !== 'query' && kind !== 'open') operation.security = [{ token: [] }];
  if (kind === 'query') operation.security = [{}, { token: [] } as Record<string, never[]>] as Record<string, never[]>[];
  if (kind === 'command') operation.responses = COMMAND_RESPONSES();
  Object.assign(operation.responses, problemResponses(kind, operation['x-soquy-refusals'] ?? [], path));
  show(operation, [...COMMAND_EXAMPLES, ...QUERY_EXAMPLES].filter((each) => each.operation === operation.operationId));
}

const COMMAND_PARAMETERS = [
  { name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string', minLength: 1, maxLength: 200 }, description: 'Names this command for ever; a repeated request with the same key gets the first answer.', example: 'phieu-thu-001' },
  { name: 'If-Match', in: 'header', schema: { type: 'string' }, description: 'The ETag (revision) that the decision was made on; 412 where it has changed.' },
  { name: 'dryRun', in: 'query', schema: { type: 'boolean', default: false }, description: 'Runs the same way and writes nothing.' },
];

const COMMON_PARAMETERS = [
  { name: 'Accept-Language', in: 'header', schema: { type: 'string', default: 'vi' }, description: '`vi` or `en`, for the texts of problems.' },
];

function COMMAND_RESPONSES(): Record<string, object> {
  const headers = {
    ETag: { description: 'The stream\'s revision.', schema: { type: 'string' } },
    'Soquy-Position': { description: 'The position in the log.', schema: { type: 'string' } },
    'Idempotency-Replayed': { description: '`true` where this is the answer of an earlier request.', schema: { type: 'string' } },
    Location: { description: 'Where a new thing can be read.', schema: { type: 'string' } },
  };
  return {
    '201': { description: 'Recorded.', headers, content: { 'application/json': { schema: { $ref: '#/components/schemas/CommandReply' } } } },
    '200': { description: 'With `dryRun=true`: it would be accepted.', content: { 'application/json': { schema: { $ref: '#/components/schemas/Foreseen' } } } },
  };
}

/** Puts the examples where a reader and Swagger UI look for them. */
function show(operation: Operation, examples: readonly RequestExample[]): void {
  const [first] = examples;
  for (const parameter of operation.parameters ?? []) {
    const value = first?.path?.[parameter.name] ?? first?.query?.[parameter.name];
    if (value !== undefined) parameter.example = value;
  }
  const content = operation.requestBody?.content['application/json'];
  if (content) content.examples = Object.fromEntries(examples.map(({ body }, index) => [`example${index + 1}`, { value: body }]));
  const upload = operation.requestBody?.content['multipart/form-data'];
  if (upload) upload.examples = { example1: { value: IMPORT_EXAMPLE } };
  const recorded = RECORDED_ANSWERS[operation.operationId];
  if (!recorded) return;
  const answer = (operation.responses[String(recorded.status)] as { content?: Record<string, { example?: unknown }> } | undefined);
  const media = answer?.content?.['application/json'];
  if (media) media.example = recorded.body;
}
