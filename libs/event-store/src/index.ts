export * from './port.js';
export { openEventStore, type EventStoreOptions } from './open-event-store.js';
export { eventHash, type HashedEvent } from './event-hash.js';
export { ForeignEvent } from './decode.js';
export { canonicalCopy } from './canonical-copy.js';
export { LARGEST_APPEND_BYTES, MOST_WAITING_APPENDS } from './append-lane.js';
export { LOG_IDENTIFIED, LOG_STREAM } from './log-identity.js';
export { upcasters, type StoredShape, type Upcaster } from './upcasters.js';
