export { startEventStoreServer } from './server/event-store-server.js';
export { ServerStartError, type EventStoreServer, type EventStoreServerOptions } from './server/options.js';
export { DEFAULT_LIMITS, LARGEST_MAX_APPEND_BYTES, type ServerLimits } from './limits.js';
