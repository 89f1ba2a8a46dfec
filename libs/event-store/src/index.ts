export * from './port.js';
export { openEventStore, type EventStoreOptions } from './open-event-store.js';
export { eventHash, type HashedEvent } from './event-hash.js';
export { ForeignEvent } from './decode.js';
export { LOG_STREAM } from './log-identity.js';
export { type StoredShape, type Upcaster } from './upcasters.js';
