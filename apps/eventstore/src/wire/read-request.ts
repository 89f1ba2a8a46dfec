import { readStreamName } from './append-target.js';
import { bytesTag, MalformedMessage, ProtoReader, type UuidForm, varintTag } from '@ledger/protobuf';

export type ReadDirection = 'forward' | 'backward';

export interface FilterExpression {
  on: 'stream' | 'type';
  regex: string | undefined;
  prefixes: string[];
  /** How many events may be considered in one search; checkpoints come every window × multiplier events. */
  window: number;
  checkpointIntervalMultiplier: number;
}

/** ReadReq, decoded. Numbers beyond 2^53 are cut to it: nothing stored lies there except tombstones. */
export interface ReadRequest {
  source: { kind: 'stream'; name: string } | { kind: 'all' };
  from: number | 'start' | 'end';
  direction: ReadDirection;
  resolveLinks: boolean;
  /** How many events at most; undefined for a subscription. */
  count: number | undefined;
  filter: FilterExpression | undefined;
  uuidForm: UuidForm;
  /** The caller understands first and last stream positions. */
  wantsPositions: boolean;
}

export const DEFAULT_SEARCH_WINDOW = 32;

/** Decodes ReadReq; throws MalformedMessage naming what is missing or wrong. */
export function readReadRequest(bytes: Buffer): ReadRequest {
  const reader = new ProtoReader(bytes);
  const draft: Draft = { resolveLinks: false, direction: 'forward', from: 'start', subscription: false, wantsPositions: false };
  let hasOptions = false;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === bytesTag(1)) {
      hasOptions = true;
      readOptions(reader.message(), draft);
    } else reader.skip(tag);
  }
  if (!hasOptions) throw new MalformedMessage('a read without options');
  return checked(draft);
}

interface Draft {
  source?: ReadRequest['source'];
  from: ReadRequest['from'];
  direction: ReadDirection;
  resolveLinks: boolean;
  count?: number;
  subscription: boolean;
  filter?: FilterExpression;
  uuidForm?: UuidForm | undefined;
  wantsPositions: boolean;
}

function checked(draft: Draft): ReadRequest {
  if (draft.source === undefined) throw new MalformedMessage('a read names neither a stream nor $all');
  if (draft.uuidForm === undefined) throw new MalformedMessage('a read without a uuid option');
  if (!draft.subscription && draft.count === undefined) throw new MalformedMessage('a read has neither a count nor a subscription');
  if (draft.subscription && draft.direction === 'backward') throw new MalformedMessage('a subscription cannot go backward');
  if (draft.filter !== undefined && draft.source.kind === 'stream') throw new MalformedMessage('a filter is for $all only');
  return {
    source: draft.source,
    from: draft.from,
    direction: draft.direction,
    resolveLinks: draft.resolveLinks,
    count: draft.subscription ? undefined : draft.count,
    filter: draft.filter,
    uuidForm: draft.uuidForm,
    wantsPositions: draft.wantsPositions,
  };
}

function readOptions(reader: ProtoReader, draft: Draft): void {
  while (reader.hasMore) {
    const tag = reader.tag();
    switch (tag) {
      case bytesTag(1):
        readStreamOptions(reader.message(), draft);
        break;
      case bytesTag(2):
        readAllOptions(reader.message(), draft);
        break;
      case varintTag(3):
        draft.direction = reader.uint64() === 1 ? 'backward' : 'forward';
        break;
      case varintTag(4):
        draft.resolveLinks = reader.bool();
        break;
      case varintTag(5):
        draft.count = within(reader.uint64());
        break;
      case bytesTag(6):
        reader.skip(tag);
        draft.subscription = true;
        break;
      case bytesTag(7):
        draft.filter = readFilter(reader.message());
        break;
      case bytesTag(9):
        draft.uuidForm = readUuidForm(reader.message());
        break;
      case bytesTag(10):
        draft.wantsPositions = readCompatibility(reader.message()) > 0;
        break;
      default:
        reader.skip(tag);
    }
  }
}

function readStreamOptions(reader: ProtoReader, draft: Draft): void {
  let name = '';
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === bytesTag(1)) name = readStreamName(reader.message());
    else if (tag === varintTag(2)) draft.from = within(reader.uint64());
    else {
      if (tag === bytesTag(3)) draft.from = 'start';
      else if (tag === bytesTag(4)) draft.from = 'end';
      reader.skip(tag);
    }
  }
  if (name === '') throw new MalformedMessage('no stream name');
  draft.source = { kind: 'stream', name };
}

function readAllOptions(reader: ProtoReader, draft: Draft): void {
  draft.source = { kind: 'all' };
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === bytesTag(1)) draft.from = readPosition(reader.message());
    else {
      if (tag === bytesTag(2)) draft.from = 'start';
      else if (tag === bytesTag(3)) draft.from = 'end';
      reader.skip(tag);
    }
  }
}

/** All bits set is how other clients write "the end" as a position. */
const END_POSITION = (1n << 64n) - 1n;

/** Commit and prepare positions are always equal here, as in what the server gives out; the commit one counts. */
function readPosition(reader: ProtoReader): number | 'end' {
  let commit: number | bigint = 0;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === varintTag(1)) commit = reader.uint64();
    else reader.skip(tag);
  }
  return commit === END_POSITION ? 'end' : within(commit);
}

function readFilter(reader: ProtoReader): FilterExpression {
  const filter: FilterExpression = {
    on: 'stream',
    regex: undefined,
    prefixes: [],
    window: DEFAULT_SEARCH_WINDOW,
    checkpointIntervalMultiplier: 1,
  };
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === bytesTag(1) || tag === bytesTag(2)) {
      filter.on = tag === bytesTag(1) ? 'stream' : 'type';
      readExpression(reader.message(), filter);
    } else if (tag === varintTag(3)) filter.window = reader.uint32();
    else if (tag === varintTag(5)) filter.checkpointIntervalMultiplier = reader.uint32();
    else reader.skip(tag);
  }
  if (filter.regex === undefined && filter.prefixes.length === 0) throw new MalformedMessage('a filter without prefixes or a regex');
  if (filter.window === 0) throw new MalformedMessage('a filter window of 0');
  if (filter.checkpointIntervalMultiplier === 0) throw new MalformedMessage('a checkpoint interval of 0');
  return filter;
}

function readExpression(reader: ProtoReader, filter: FilterExpression): void {
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === bytesTag(1)) filter.regex = reader.string() || undefined;
    else if (tag === bytesTag(2)) filter.prefixes.push(reader.string());
    else reader.skip(tag);
  }
}

function readUuidForm(reader: ProtoReader): UuidForm | undefined {
  let form: UuidForm | undefined;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === bytesTag(1)) form = 'structured';
    else if (tag === bytesTag(2)) form = 'string';
    reader.skip(tag);
  }
  return form;
}

function readCompatibility(reader: ProtoReader): number {
  let level = 0;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === varintTag(1)) level = reader.uint32();
    else reader.skip(tag);
  }
  return level;
}

function within(value: number | bigint): number {
  return typeof value === 'number' ? value : Number.MAX_SAFE_INTEGER;
}
