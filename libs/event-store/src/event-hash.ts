import { createHash } from 'node:crypto';
import { canonicalJson, invariant } from '@ledger/kernel';

/** What of an event is hashed: exactly what the store gives back, before any upcasting. */
export interface HashedEvent {
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: object;
}

/**
 * SHA-256 (hex) of an event as it is stored: the UTF-8 bytes of six lines joined by a line feed, none at the end:
 * stream, revision in decimal, id in lower case, type, data, metadata. Data and metadata are the stored bytes, which
 * are canonical JSON (RFC 8785) and so hold no line feed. Anybody recomputes it from what a client reads:
 *
 *     printf '%s\n%s\n%s\n%s\n%s\n%s' "$stream" "$revision" "$id" "$type" "$data" "$metadata" | sha256sum
 */
export function eventHash(event: HashedEvent): string {
  invariant(!event.stream.includes('\n') && !event.type.includes('\n'), 'names of streams and types are one line');
  return createHash('sha256')
    .update(`${event.stream}\n${event.revision}\n${event.id}\n${event.type}\n`, 'utf8')
    .update(`${canonicalJson(event.data)}\n${canonicalJson(event.metadata)}`, 'utf8')
    .digest('hex');
}
