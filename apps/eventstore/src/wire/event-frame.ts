import { bytesTag, grpcFrame, MalformedMessage, ProtoReader, type ProtoWriter, readUuid, type UuidForm, writeUuid } from '@ledger/protobuf';

/** Bytes before the protobuf of a gRPC message: compressed flag and length. */
export const FRAME_PREFIX_BYTES = 5;

/**
 * Builds the frame of a resolved link from two stored frames: `event` is the target's (absent where it is gone),
 * `link` the link's own, commit_position the link's.
 */
export function linkedFrame(link: Buffer, target: Buffer | undefined, position: number, form: UuidForm): Buffer {
  return grpcFrame((response) =>
    response.message(1, (readEvent) => {
      if (target !== undefined) readEvent.message(1, (event) => copyRecorded(event, recordedEvent(target), form));
      readEvent.message(2, (event) => copyRecorded(event, recordedEvent(link), form));
      readEvent.uint64(3, position);
    }),
  );
}

/** The same event with its id as two 64-bit halves, for callers that ask for it. Stored frames carry text ids. */
export function structuredFrame(frame: Buffer, position: number): Buffer {
  return grpcFrame((response) =>
    response.message(1, (readEvent) => {
      readEvent.message(1, (event) => copyRecorded(event, recordedEvent(frame), 'structured'));
      readEvent.uint64(3, position);
    }),
  );
}

/** The bytes of RecordedEvent inside a stored frame. */
function recordedEvent(frame: Buffer): Buffer {
  const outer = new ProtoReader(frame, FRAME_PREFIX_BYTES);
  while (outer.hasMore) {
    const tag = outer.tag();
    if (tag !== bytesTag(1)) {
      outer.skip(tag);
      continue;
    }
    const readEvent = outer.message();
    while (readEvent.hasMore) {
      const inner = readEvent.tag();
      if (inner === bytesTag(1)) return readEvent.slice();
      readEvent.skip(inner);
    }
  }
  throw new MalformedMessage('a stored frame without an event');
}

/** Copies the fields as they are, except for the id where it is wanted in the other form. */
function copyRecorded(writer: ProtoWriter, recorded: Buffer, form: UuidForm): void {
  if (form === 'string') {
    writer.raw(recorded);
    return;
  }
  const reader = new ProtoReader(recorded);
  while (reader.hasMore) {
    const start = reader.position;
    const tag = reader.tag();
    if (tag === bytesTag(1)) {
      const id = readUuid(reader.message());
      writer.message(1, (uuid) => writeUuid(uuid, id, form));
    } else {
      reader.skip(tag);
      writer.raw(recorded.subarray(start, reader.position));
    }
  }
}
