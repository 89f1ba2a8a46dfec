import fc from 'fast-check';
import type { AppendOutcome, EventLog, ExpectedRevision, ProposedEvent } from './index.js';
import { TemporaryLogs, proposed, wholeLog } from './testing/temporary-logs.js';

jest.setTimeout(600_000);
const logs = new TemporaryLogs();
afterAll(() => logs.removeAll());

const STREAMS = ['a', 'b', 'c'] as const;
/** Few ids, so that appends are repeated, overlap and conflict. */
const IDS = Array.from({ length: 8 }, (_, n) => Buffer.alloc(16, n + 1));
const REMEMBERED = 16;

type Step =
  | { do: 'append'; stream: string; expected: ExpectedRevision; ids: number[] }
  | { do: 'softDelete' | 'tombstone'; stream: string; expected: ExpectedRevision }
  | { do: 'reopen' };

const aStream = fc.constantFrom(...STREAMS);
const anExpectation = fc.oneof(fc.constantFrom<ExpectedRevision>('any', 'no_stream', 'stream_exists'), fc.nat(6));
const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ do: fc.constant('append' as const), stream: aStream, expected: anExpectation, ids: fc.array(fc.nat(IDS.length - 1), { minLength: 1, maxLength: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('softDelete' as const), stream: aStream, expected: anExpectation }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tombstone' as const), stream: aStream, expected: anExpectation }) },
  { weight: 2, arbitrary: fc.constant({ do: 'reopen' as const }) },
);

/** The rules in their plainest form: a list of everything written, looked through from the start. */
class Model {
  /** Of every stream the ids in order; of every event in log order its stream and id. */
  readonly streams = new Map<string, number[]>();
  readonly softDeleted = new Set<string>();
  readonly hasMetadata = new Set<string>();
  readonly tombstoned = new Set<string>();
  private readonly log: { stream: string; id: number | undefined; revision: number }[] = [];

  constructor() {
    this.other(2); // the administrator
  }

  private other(count: number): void {
    for (let n = 0; n < count; n++) this.log.push({ stream: '$', id: undefined, revision: -1 });
  }

  private last(stream: string): number {
    return (this.streams.get(stream)?.length ?? 0) - 1;
  }

  private wrong(stream: string): object {
    return { kind: 'wrong_expected_version', current: this.last(stream) < 0 ? 'no_stream' : this.last(stream) };
  }

  /** The answer, or undefined where events are to be written. */
  private answer(stream: string, expected: ExpectedRevision, ids: readonly number[]): object | undefined {
    const last = this.last(stream);
    if (this.tombstoned.has(stream)) return { kind: 'stream_deleted' };
    if (expected === 'stream_exists' && this.softDeleted.has(stream)) return { kind: 'stream_deleted' };
    if (expected === 'stream_exists' && last < 0 && !this.hasMetadata.has(stream)) return this.wrong(stream);
    if (expected === 'any' || expected === 'stream_exists') {
      const remembered = this.log.slice(-REMEMBERED);
      const found = ids.map((id) => remembered.findLast((event) => event.stream === stream && event.id === id));
      if (found[0] === undefined) return undefined;
      const end = found.at(-1);
      return found.includes(undefined) || end === undefined ? this.wrong(stream) : { kind: 'appended', lastRevision: end.revision, idempotent: true };
    }
    const revision = expected === 'no_stream' ? -1 : expected;
    if (revision === last) return undefined;
    if (revision > last) return this.wrong(stream);
    const stored = this.streams.get(stream) ?? [];
    if (ids.every((id, at) => stored[revision + 1 + at] === id)) return { kind: 'appended', lastRevision: revision + ids.length, idempotent: true };
    const firstDiffers = stored[revision + 1] !== ids[0];
    return firstDiffers && revision === -1 && this.softDeleted.has(stream) ? undefined : this.wrong(stream);
  }

  append(stream: string, expected: ExpectedRevision, ids: readonly number[]): object {
    const answer = this.answer(stream, expected, ids);
    if (answer !== undefined) return answer;
    const stored = this.streams.get(stream) ?? [];
    this.streams.set(stream, stored);
    for (const id of ids) {
      this.log.push({ stream, id, revision: stored.length });
      stored.push(id);
    }
    if (this.softDeleted.delete(stream)) this.other(1);
    return { kind: 'appended', lastRevision: stored.length - 1, idempotent: false };
  }

  softDelete(stream: string, expected: ExpectedRevision): object {
    const answer = this.answer(stream, expected, [-1]);
    if (answer !== undefined) return answer;
    if (this.last(stream) < 0 && !this.hasMetadata.has(stream)) return this.wrong(stream);
    this.softDeleted.add(stream);
    this.hasMetadata.add(stream);
    this.other(1);
    return { kind: 'appended' };
  }

  tombstone(stream: string, expected: ExpectedRevision): object {
    const answer = this.answer(stream, expected, [-1]);
    if (answer !== undefined) return answer;
    this.tombstoned.add(stream);
    this.other(1);
    return { kind: 'appended' };
  }
}

function events(ids: readonly number[]): ProposedEvent[] {
  return ids.map((n) => proposed(String(n), 'Tested', IDS[n] ?? Buffer.alloc(16)));
}

function start(log: EventLog, step: Exclude<Step, { do: 'reopen' }>): Promise<AppendOutcome> {
  if (step.do === 'append') return log.append(step.stream, step.expected, events(step.ids));
  return step.do === 'softDelete' ? log.softDelete(step.stream, step.expected) : log.tombstone(step.stream, step.expected);
}

function expectation(model: Model, step: Exclude<Step, { do: 'reopen' }>): object {
  if (step.do === 'append') return model.append(step.stream, step.expected, step.ids);
  return step.do === 'softDelete' ? model.softDelete(step.stream, step.expected) : model.tombstone(step.stream, step.expected);
}

async function compare(log: EventLog, model: Model): Promise<void> {
  const all = (await wholeLog(log)).filter((record) => !record.stream.startsWith('$') && !record.isTombstone);
  for (const stream of STREAMS) {
    const written = all.filter((record) => record.stream === stream);
    expect(written.map((record) => record.revision)).toEqual(written.map((_, at) => at));
    expect(written.map((record) => (record.id()[0] ?? 0) - 1)).toEqual(model.streams.get(stream) ?? []);
    expect(log.view(stream)).toMatchObject({ tombstoned: model.tombstoned.has(stream), softDeleted: model.softDeleted.has(stream) });
  }
}

describe('the log and a plain model of its rules', () => {
  it('property: answer every sequence of appends, deletes and restarts the same, one by one and many at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 40 }), fc.boolean(), async (steps, atOnce) => {
        const dir = await logs.folder();
        const open = (): Promise<EventLog> => logs.open(dir, { rememberedEvents: REMEMBERED, segmentBytes: 4_096 });
        const model = new Model();
        let log = await open();
        let pending: Promise<void>[] = [];
        for (const step of steps) {
          if (step.do === 'reopen') {
            await Promise.all(pending.splice(0));
            await logs.close(log);
            log = await open();
            continue;
          }
          const expected = expectation(model, step);
          const outcome = start(log, step).then((actual) => expect(actual).toMatchObject(expected));
          if (atOnce) pending.push(outcome);
          else await outcome;
        }
        await Promise.all(pending);
        await compare(log, model);
        await logs.close(log);
      }),
      { numRuns: process.env['SOQUY_FULL'] === '1' ? 500 : 60 },
    );
  });
});
