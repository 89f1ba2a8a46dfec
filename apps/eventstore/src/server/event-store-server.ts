import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { OPEN_ACCESS } from '../access/access-control.js';
import { DefaultAcls } from '../access/default-acls.js';
import { passwordAccess } from '../access/password-access.js';
import { DEFAULT_LIMITS, type ServerLimits } from '../limits.js';
import { ServerMetrics } from '../metrics.js';
import { LiveTail } from '../reads/live-tail.js';
import { AppendBudget } from '../services/append-budget.js';
import { createMethods } from '../services/method-table.js';
import type { ServiceContext } from '../services/service-context.js';
import { openEventLog, type EventLog } from '../storage/index.js';
import type { GrpcCall } from '../transport/grpc-call.js';
import { GrpcStatus } from '../transport/grpc-status.js';
import { createHttp1Endpoint } from '../transport/http1-endpoint.js';
import { createHttp2Endpoint, type Http2Endpoint } from '../transport/http2-endpoint.js';
import { http1Answers } from './http1-answers.js';
import { listen, type Listener } from './listener.js';
import { ServerStartError, type EventStoreServer, type EventStoreServerOptions } from './options.js';
import { stopGracefully } from './graceful-stop.js';

/**
 * Opens the log in `options.dir` and serves it. Rejects with ServerStartError (port, certificate, options) or with
 * the errors of openEventLog (locked, damaged, unusable).
 */
export async function startEventStoreServer(options: EventStoreServerOptions): Promise<EventStoreServer> {
  if (options.tls !== undefined && !options.adminPassword) {
    throw new ServerStartError('a server with TLS needs a password for its user admin');
  }
  const limits: ServerLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const logger = options.logger ?? pino({ level: 'silent' });
  const metrics = new ServerMetrics();
  const log = await openEventLog(options.dir, {
    ...options.storage,
    onFlush: (report) => metrics.observeFlush(report),
    onWarning: (message) => logger.warn(message),
    onFailed: (message) => {
      logger.fatal({ reason: message }, 'the log failed: nothing more can be written');
      options.onFailed?.(message);
    },
  });
  try {
    return await serve(options, { log, limits, logger, metrics });
  } catch (error) {
    await log.close();
    throw error;
  }
}

type Parts = Pick<ServiceContext, 'log' | 'limits' | 'logger' | 'metrics'>;

async function serve(options: EventStoreServerOptions, parts: Parts): Promise<EventStoreServer> {
  const { log, limits, logger, metrics } = parts;
  const host = options.host ?? '127.0.0.1';
  const instanceId = randomUUID();
  const context: ServiceContext = {
    ...parts,
    tail: new LiveTail(log, limits.tailBytes, limits.readPageBytes),
    access: options.tls === undefined ? OPEN_ACCESS : passwordAccess(log, options.adminPassword ?? '', await DefaultAcls.read(log)),
    budget: new AppendBudget(limits),
    clock: Date.now,
  };
  const state = { stopping: false, port: 0 };
  const listening = (): { host: string; port: number } => ({ host, port: state.port });
  const methods = createMethods(context, instanceId, listening);
  const onBug = (error: unknown): void => logger.error({ err: error }, 'a call failed unexpectedly');
  const http2 = createHttp2Endpoint(limits, (call) => route(call, context, methods, state.stopping), onBug);
  const isReady = (): boolean => !state.stopping && log.stats().state !== 'failed';
  const http1 = createHttp1Endpoint(http1Answers(context, { instanceId, isSecure: options.tls !== undefined, listening, isReady }), onBug);
  metrics.watch(log, () => http2.connections.size, () => context.budget.bytesInFlight);
  const listener = await listen(options, limits, {
    http2: (socket) => http2.server.emit('connection', socket),
    http1: (socket) => http1.emit('connection', socket),
    onDropped: () => logger.warn({ limit: limits.maxConnections }, 'a connection was turned away'),
  });
  state.port = listener.port;
  return serverOf({ host, log, listener, http2, context, query: options.tls === undefined ? '?tls=false' : '' }, state);
}

interface Running {
  host: string;
  log: EventLog;
  listener: Listener;
  http2: Http2Endpoint;
  context: ServiceContext;
  query: string;
}

function serverOf(running: Running, state: { stopping: boolean }): EventStoreServer {
  const { host, log, listener } = running;
  let stopped: Promise<void> | undefined;
  return {
    host,
    port: listener.port,
    connectionString: `esdb://${host.includes(':') ? `[${host}]` : host}:${listener.port}${running.query}`,
    log,
    stop: () => {
      state.stopping = true;
      stopped ??= stopGracefully(listener, running.http2.connections, running.context);
      return stopped;
    },
  };
}

function route(call: GrpcCall, context: ServiceContext, methods: ReturnType<typeof createMethods>, stopping: boolean): void {
  const method = methods.get(call.path);
  if (stopping) call.fail({ code: GrpcStatus.UNAVAILABLE, message: 'the server is stopping' });
  else if (method === undefined) call.fail({ code: GrpcStatus.UNIMPLEMENTED, message: `${call.path} is not served here` });
  else if (!['identity', undefined].includes(call.headers['grpc-encoding'] as string | undefined)) {
    call.fail({ code: GrpcStatus.UNIMPLEMENTED, message: 'compressed messages are not supported' });
  } else {
    const principal = context.access.principalOf(call.headers);
    if (principal === undefined) call.fail({ code: GrpcStatus.UNAUTHENTICATED, message: 'wrong user name or password' });
    else method.handle(call, principal);
  }
}
