import type { Logger } from 'pino';
import type { AccessControl, Principal } from '../access/access-control.js';
import type { ServerLimits } from '../limits.js';
import type { ServerMetrics } from '../metrics.js';
import type { LiveTail } from '../reads/live-tail.js';
import type { EventLog } from '../storage/index.js';
import type { GrpcCall } from '../transport/grpc-call.js';
import type { AppendBudget } from './append-budget.js';

/** What every service needs of the server around it. */
export interface ServiceContext {
  log: EventLog;
  tail: LiveTail;
  access: AccessControl;
  budget: AppendBudget;
  limits: ServerLimits;
  metrics: ServerMetrics;
  logger: Logger;
  clock: () => number;
}

/** Handles one call of a method; `principal` is whom its credentials name. */
export type MethodHandler = (call: GrpcCall, principal: Principal) => void;

/** A gRPC method, with the names and features the server advertises for it. */
export interface Method {
  service: string;
  name: string;
  features: string[];
  handle: MethodHandler;
}
