import { grpcFrame, type ProtoWriter } from '@ledger/protobuf';

const STREAMS = '/event_store.client.streams.Streams';

/** Paths of the methods a probe calls. */
export const PATHS = {
  read: `${STREAMS}/Read`,
  append: `${STREAMS}/Append`,
  batchAppend: `${STREAMS}/BatchAppend`,
  delete: `${STREAMS}/Delete`,
  tombstone: `${STREAMS}/Tombstone`,
  gossip: '/event_store.client.gossip.Gossip/Read',
  features: '/event_store.client.server_features.ServerFeatures/GetSupportedMethods',
} as const;

/** Text of 36 characters for a number: distinct ids without randomness. */
export function numberedId(number: number, series = 0): string {
  return `${series.toString(16).padStart(8, '0')}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

export interface RawEvent {
  id: string;
  type: string;
  data: Buffer;
}

function writeEvent(writer: ProtoWriter, event: RawEvent): void {
  writer.message(1, (id) => id.string(2, event.id));
  writer.message(2, (entry) => entry.string(1, 'type').string(2, event.type));
  writer.message(2, (entry) => entry.string(1, 'content-type').string(2, 'application/json'));
  writer.bytes(4, event.data);
}

export interface RawBatchAppend {
  correlation: string;
  /** Absent in all but the first part of an append. */
  stream?: string;
  /** Milliseconds since the epoch. */
  deadline?: number;
  events: readonly RawEvent[];
  isFinal: boolean;
}

/** One BatchAppendReq, expecting any revision. */
export function batchAppendFrame(append: RawBatchAppend): Buffer {
  return grpcFrame((request) => {
    request.message(1, (id) => id.string(2, append.correlation));
    const { stream, deadline } = append;
    if (stream !== undefined) {
      request.message(2, (options) => {
        options.message(1, (identifier) => identifier.string(3, stream));
        options.empty(4);
        if (deadline !== undefined) options.message(6, (at) => at.uint64(1, Math.floor(deadline / 1000)));
      });
    }
    for (const event of append.events) request.message(3, (message) => writeEvent(message, event));
    request.bool(4, append.isFinal);
  });
}

/** The messages of a unary Append: options, then one for each event. */
export function appendFrames(stream: string, events: readonly RawEvent[]): Buffer {
  const options = grpcFrame((request) =>
    request.message(1, (inner) => inner.message(1, (identifier) => identifier.string(3, stream)).empty(4)),
  );
  return Buffer.concat([options, ...events.map((event) => grpcFrame((request) => request.message(2, (message) => writeEvent(message, event))))]);
}

export interface RawRead {
  /** Undefined reads $all. */
  stream?: string;
  backward?: boolean;
  /** Undefined subscribes. */
  count?: number;
  from?: 'start' | 'end' | number;
  uuidForm?: 'string' | 'structured';
  filter?: { on: 'stream' | 'type'; regex?: string; prefixes?: string[]; window?: number; multiplier?: number };
  wantsPositions?: boolean;
}

/** A ReadReq. */
export function readFrame(read: RawRead): Buffer {
  return grpcFrame((request) =>
    request.message(1, (options) => {
      writeSource(options, read);
      options.uint64(3, read.backward === true ? 1 : 0);
      if (read.count === undefined) options.empty(6);
      else options.uint64(5, read.count);
      if (read.filter === undefined) options.empty(8);
      else options.message(7, (filter) => writeFilter(filter, read.filter!));
      options.message(9, (form) => form.empty(read.uuidForm === 'structured' ? 1 : 2));
      if (read.wantsPositions === true) options.message(10, (control) => control.uint64(1, 1));
    }),
  );
}

function writeSource(options: ProtoWriter, read: RawRead): void {
  const { stream, from = 'start' } = read;
  if (stream !== undefined) {
    options.message(1, (source) => {
      source.message(1, (identifier) => identifier.string(3, stream));
      if (typeof from === 'number') source.uint64(2, from);
      else source.empty(from === 'start' ? 3 : 4);
    });
    return;
  }
  options.message(2, (source) => {
    if (typeof from === 'number') source.message(1, (position) => position.uint64(1, from).uint64(2, from));
    else source.empty(from === 'start' ? 2 : 3);
  });
}

function writeFilter(writer: ProtoWriter, filter: NonNullable<RawRead['filter']>): void {
  writer.message(filter.on === 'stream' ? 1 : 2, (expression) => {
    if (filter.regex !== undefined) expression.string(1, filter.regex);
    for (const prefix of filter.prefixes ?? []) expression.string(2, prefix);
  });
  if (filter.window === undefined) writer.empty(4);
  else writer.uint64(3, filter.window);
  writer.uint64(5, filter.multiplier ?? 1);
}
