import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND_EXAMPLES, IMPORT_EXAMPLE, type RequestExample } from './src/openapi/examples.js';
import type { ApiDocument, Operation } from './src/openapi/api-document.js';
import { QUERY_EXAMPLES } from './src/openapi/query-examples.js';
import { RECORDED_ANSWERS } from './src/openapi/recorded-answers.js';
import { ApiHouse } from './testing/api-house.js';
import { ask, get, post, withToken, type Answer } from './testing/client.js';
import { ended, upload } from './testing/uploads.js';

const RECORDS = join(process.cwd(), 'apps/api/src/openapi/recorded-answers.ts');

interface Place { readonly method: string; readonly path: string; readonly operation: Operation }

let house: ApiHouse;
let document: ApiDocument;
let places: Map<string, Place>;
const answers = new Map<string, Answer>();

beforeAll(async () => {
  house = await ApiHouse.open();
  document = (await get(`${house.server.url}/openapi.json`)).body as unknown as ApiDocument;
  places = new Map(Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => [operation.operationId, { method, path, operation }] as const)));
}, 120_000);
afterAll(() => house.close());

function urlOf({ path }: Place, example: RequestExample): string {
  const filled = path.replace(/\{([a-zA-Z]+)\}/g, (_, name: string) => encodeURIComponent(example.path?.[name] ?? `no example for ${name}`));
  const query = new URLSearchParams(example.query).toString();
  return `${house.server.url}${filled}${query === '' ? '' : `?${query}`}`;
}

/** Names and types of everything in a value; of a list the shape of its items. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shapeOf(item))))].sort();
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).sort().map(([key, each]) => [key, shapeOf(each)]));
}

describe('the OpenAPI document', () => {
  it('is 3.1 and has an example for every operation, and no example for anything else', () => {
    expect(document.openapi).toBe('3.1.0');
    const shown = new Set([...COMMAND_EXAMPLES, ...QUERY_EXAMPLES].map(({ operation }) => operation)).add('startImport').add('getImport');
    expect([...places.keys()].filter((id) => !shown.has(id))).toEqual([]);
    expect([...shown].filter((id) => !places.has(id))).toEqual([]);
  });

  it('resolves every reference in it', () => {
    for (const [, reference] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(Object.keys(document.components.schemas)).toContain(reference);
    }
  });

  it('says for every operation how it may fail, each with an example', () => {
    for (const { operation, method, path } of places.values()) {
      const statuses = Object.keys(operation.responses);
      const isCommand = method === 'post';
      expect([path, statuses]).toEqual([path, expect.arrayContaining(['403', '421', '500', ...(isCommand ? ['400', '401', '413', '415', '503'] : [])])]);
      for (const [status, response] of Object.entries(operation.responses)) {
        if (Number(status) < 400 || path.startsWith('/health/')) continue;
        const { content } = response as { content: Record<string, { examples: Record<string, { value: { status: number; code: string; detail: string } }> }> };
        for (const [code, { value }] of Object.entries(content['application/problem+json']!.examples)) {
          expect(value).toMatchObject({ status: Number(status), code });
          expect(value.detail).not.toBe(code.replaceAll('_', ' '));
        }
      }
    }
  });
});

describe('every documented example', () => {
  it.each(COMMAND_EXAMPLES.map((example, index) => [index, example.operation, example] as const))('%i %s is accepted', async (index, id, example) => {
    const place = places.get(id)!;
    const url = urlOf(place, example);
    const foreseen = await post(`${url}?dryRun=true`, example.body, { 'idempotency-key': `example-${index}` });
    expect([foreseen.status, foreseen.text]).toEqual([200, expect.stringContaining('"wouldBeAccepted":true')]);
    const answer = await post(url, example.body, { 'idempotency-key': `example-${index}` });
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    if (!answers.has(id)) answers.set(id, answer);
    const again = await post(url, example.body, { 'idempotency-key': `example-${index}` });
    expect(again.text).toBe(answer.text);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  it('startImport and getImport take the sample set, and import it once', async () => {
    const started = await upload(`${house.server.url}${places.get('startImport')!.path}`, IMPORT_EXAMPLE);
    expect([started.status, started.headers['location']]).toEqual([202, `/imports/${started.body.id}`]);
    answers.set('startImport', started);
    answers.set('getImport', await ended(`${house.server.url}${started.headers['location']!}`));
    expect(answers.get('getImport')!.body).toMatchObject({ state: 'complete', rows: 2, faultCount: 0, faults: [], stoppedAt: null });
  });

  it.each(QUERY_EXAMPLES.map((example) => [example.operation, example] as const))('%s is answered', async (id, example) => {
    const last = [...answers.values()].map(({ headers }) => headers['soquy-position']).filter((each) => each !== undefined);
    const newest = last.sort((a, b) => Number(a.split('-')[1]) - Number(b.split('-')[1])).at(-1)!;
    const answer = await ask(urlOf(places.get(id)!, example), { headers: { ...withToken, 'soquy-position': newest } });
    expect([answer.status, answer.text.length > 0]).toEqual([200, true]);
    answers.set(id, answer);
  });

  it('answers in the shape that the document shows', () => {
    const got = Object.fromEntries([...answers].filter(([, { headers }]) => /json/.test(headers['content-type'] ?? '')).map(([id, { status, body }]) => [id, { status, body }]));
    if (process.env['RECORD_EXAMPLES'] === '1') record(got);
    else for (const [id, { body }] of Object.entries(got)) expect([id, shapeOf(body)]).toEqual([id, shapeOf(RECORDED_ANSWERS[id]?.body)]);
  });
});

function record(got: Readonly<Record<string, { readonly status: number; readonly body: unknown }>>): void {
  const head = readFileSync(RECORDS, 'utf8').split('= {')[0]!;
  const lines = Object.entries(got).map(([id, answer]) => `  ${id}: ${JSON.stringify(answer)},`);
  writeFileSync(RECORDS, `${head}= {\n${lines.join('\n')}\n};\n`);
}
