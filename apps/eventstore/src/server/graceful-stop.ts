import { setTimeout as pause } from 'node:timers/promises';
import { ENDLESS_CALLS } from '../services/method-table.js';
import type { ServiceContext } from '../services/service-context.js';
import type { Connection } from '../transport/connection.js';
import type { Listener } from './listener.js';

/** How long appends that wait for the disk are given to be answered. */
const ANSWER_MS = 1_000;
const LOOK_AGAIN_MS = 5;
/** How long resets and last answers are given to leave. */
const LEAVE_MS = 50;

/**
 * Stops so that clients reconnect by themselves: appends that were taken are answered, reads and batch appends are
 * reset with CANCEL, then the sockets are cut, which is UNAVAILABLE to whoever still waits, and the log is closed.
 * Both make a client connect again. A call with one answer is not reset: CANCELLED would say that its caller gave up.
 */
export async function stopGracefully(listener: Listener, connections: ReadonlySet<Connection>, context: ServiceContext): Promise<void> {
  listener.refuseNew();
  for (const connection of connections) for (const call of connection.calls) call.pause();
  const giveUp = performance.now() + ANSWER_MS;
  while (context.log.stats().queuedAppends > 0 && performance.now() < giveUp) await pause(LOOK_AGAIN_MS);
  await pause(LOOK_AGAIN_MS);
  for (const connection of connections) {
    for (const call of [...connection.calls]) if (ENDLESS_CALLS.has(call.path)) call.cancel();
  }
  await pause(LEAVE_MS);
  listener.destroyAll();
  context.tail.close();
  await context.log.close();
}
