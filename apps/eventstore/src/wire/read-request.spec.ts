import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import { MalformedMessage } from '@ledger/protobuf';
import { readReadRequest } from './read-request.js';

const { Empty, StreamIdentifier } = shared;
const { ReadReq } = streams;
type Options = InstanceType<typeof ReadReq.Options>;

function request(fill: (options: Options) => void): Buffer {
  const options = new ReadReq.Options();
  const uuidForm = new ReadReq.Options.UUIDOption();
  uuidForm.setString(new Empty());
  options.setUuidOption(uuidForm);
  fill(options);
  const message = new ReadReq();
  message.setOptions(options);
  return Buffer.from(message.serializeBinary());
}

function streamOptions(name: string): InstanceType<typeof ReadReq.Options.StreamOptions> {
  const source = new ReadReq.Options.StreamOptions();
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(name));
  source.setStreamIdentifier(identifier);
  return source;
}

it('reads stream reads as the client writes them', () => {
  const from = fc.oneof(fc.constantFrom('start' as const, 'end' as const), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), from, fc.boolean(), fc.nat(Number.MAX_SAFE_INTEGER), fc.boolean(), (name, at, backward, count, resolveLinks) => {
      const bytes = request((options) => {
        const source = streamOptions(name);
        if (at === 'start') source.setStart(new Empty());
        else if (at === 'end') source.setEnd(new Empty());
        else source.setRevision(String(at));
        options.setStream(source);
        options.setReadDirection(backward ? 1 : 0);
        options.setCount(String(count));
        options.setResolveLinks(resolveLinks);
        options.setNoFilter(new Empty());
      });
      const expected = typeof at !== 'bigint' ? at : at > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(at);
      expect(readReadRequest(bytes)).toEqual({
        source: { kind: 'stream', name }, from: expected, direction: backward ? 'backward' : 'forward',
        resolveLinks, count, filter: undefined, uuidForm: 'string', wantsPositions: false,
      });
    }),
  );
});

it('reads subscriptions to $all with a filter, a position and the end written as one', () => {
  const build = (commit: string): Buffer =>
    request((options) => {
      const all = new ReadReq.Options.AllOptions();
      const position = new ReadReq.Options.Position();
      position.setCommitPosition(commit);
      position.setPreparePosition(commit);
      all.setPosition(position);
      options.setAll(all);
      options.setSubscription(new ReadReq.Options.SubscriptionOptions());
      const filter = new ReadReq.Options.FilterOptions();
      const expression = new ReadReq.Options.FilterOptions.Expression();
      expression.setPrefixList(['a', 'quỹ-']);
      filter.setEventType(expression);
      filter.setMax(7);
      filter.setCheckpointintervalmultiplier(3);
      options.setFilter(filter);
    });
  expect(readReadRequest(build('123456789012'))).toMatchObject({
    source: { kind: 'all' }, from: 123_456_789_012, count: undefined,
    filter: { on: 'type', regex: undefined, prefixes: ['a', 'quỹ-'], window: 7, checkpointIntervalMultiplier: 3 },
  });
  expect(readReadRequest(build(String(2n ** 64n - 1n))).from).toBe('end');
});

it.each<[string, (options: Options) => void]>([
  ['neither a stream nor $all', (options) => options.setCount('1')],
  ['neither a count nor a subscription', (options) => options.setStream(streamOptions('s'))],
  ['no stream name', (options) => { options.setStream(streamOptions('')); options.setCount('1'); }],
  ['no uuid option', (options) => { options.setStream(streamOptions('s')); options.setCount('1'); options.clearUuidOption(); }],
  ['a subscription backward', (options) => { options.setStream(streamOptions('s')); options.setSubscription(new ReadReq.Options.SubscriptionOptions()); options.setReadDirection(1); }],
  ['an empty filter', (options) => { options.setAll(new ReadReq.Options.AllOptions()); options.setCount('1'); options.setFilter(new ReadReq.Options.FilterOptions()); }],
])('refuses %s', (_case, fill) => {
  expect(() => readReadRequest(request(fill))).toThrow(MalformedMessage);
});

it('never does anything but read or refuse, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        readReadRequest(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedMessage);
      }
    }),
    { numRuns: 2_000 },
  );
});
