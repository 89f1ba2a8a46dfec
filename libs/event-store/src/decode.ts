import { invariant, type EventMetadata, type RecordedEvent } from '@ledger/kernel';
import type { Upcast } from './upcasters.js';

/** The log holds an event that this ledger did not write. It is never skipped: it might be somebody's money. */
export class ForeignEvent extends Error {
  override readonly name = 'ForeignEvent';
  constructor(readonly stream: string, readonly revision: bigint, readonly type: string, reason: string) {
    super(`event ${revision} of stream "${stream}" (type "${type}") was not written by this ledger: ${reason}`);
  }
}

/** What is needed of an event as the store tells it; data and metadata are parsed where they are JSON. */
export interface StoredEvent {
  readonly streamId: string;
  readonly id: string;
  readonly revision: bigint;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: unknown;
  readonly metadata: unknown;
  readonly position?: { readonly commit: bigint; readonly prepare: bigint } | undefined;
}

export type Decode = (resolved: { readonly event?: StoredEvent | undefined }) => RecordedEvent;

/**
 * Turns what was read into our event. The JSON is parsed already; nothing is parsed twice.
 * Throws ForeignEvent where data or metadata are not ours.
 */
export function decoder(upcast: Upcast): Decode {
  return (resolved) => {
    const stored = resolved.event;
    invariant(stored !== undefined, 'a read without link resolution always carries the event');
    invariant(stored.position !== undefined, 'the store tells positions: EventStoreDB 22.10 or later is needed');
    // Positions are kept as one number; a store that told them apart would lose events at a reconnection.
    invariant(stored.position.commit === stored.position.prepare, 'commit and prepare position are the same');
    const shape = upcast({
      type: stored.type,
      schemaVersion: ownMetadata(stored).schemaVersion,
      data: ownData(stored),
    });
    return {
      stream: stored.streamId,
      revision: stored.revision,
      position: stored.position.commit,
      id: stored.id,
      type: shape.type,
      data: shape.data,
      metadata: stored.metadata as unknown as EventMetadata,
    };
  };
}

/** Written by the store itself, not by anybody's command. */
export function isSystemEvent({ event: stored }: { readonly event?: StoredEvent | undefined }): boolean {
  return stored !== undefined && (stored.type.startsWith('$') || stored.streamId.startsWith('$'));
}

function ownData(stored: StoredEvent): Record<string, unknown> {
  const data: unknown = stored.data;
  if (!stored.isJson) throw foreign(stored, 'its data are not JSON');
  if (!isObject(data)) throw foreign(stored, 'its data are not a JSON object');
  return data;
}

function ownMetadata(stored: StoredEvent): EventMetadata {
  const metadata: unknown = stored.metadata;
  if (!isObject(metadata)) throw foreign(stored, 'it has no JSON metadata');
  const ours =
    typeof metadata['commandId'] === 'string' &&
    typeof metadata['recordedAt'] === 'string' &&
    typeof metadata['actorId'] === 'string' &&
    typeof metadata['schemaVersion'] === 'number';
  if (!ours) throw foreign(stored, 'its metadata lack commandId, recordedAt, actorId or schemaVersion');
  return metadata as unknown as EventMetadata;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function foreign(stored: StoredEvent, reason: string): ForeignEvent {
  return new ForeignEvent(stored.streamId, stored.revision, stored.type, reason);
}
