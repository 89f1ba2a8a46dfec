import { setTimeout as delay } from 'node:timers/promises';
import { CannotStart } from './preflight.js';

const READY_TIMEOUT_MS = 60_000;

/** A read model that waiting will not bring back, and why. */
export interface StoppedProjection { readonly projection: string; readonly why: string }

interface Part { readonly ok: boolean; readonly why?: string; readonly stopped?: true }
/** Absent where the api is stopping. */
interface Readiness { readonly eventStore?: Part; readonly postgres?: Part; readonly projections?: Readonly<Record<string, Part>> }

/**
 * Waits until the api is ready, or lacks nothing but read models that have stopped: they are rebuilt while everything
 * runs, so that must not keep it from starting. Answers those. Throws CannotStart after a minute.
 */
export async function untilReady(apiUrl: string, isStopping: () => boolean): Promise<readonly StoppedProjection[]> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!isStopping()) {
    const answer = await fetch(`${apiUrl}/health/ready`).then((response) => response.text(), (error: unknown) => error as Error);
    const stopped = answer instanceof Error ? undefined : allThatIsMissing(JSON.parse(answer) as Readiness);
    if (stopped !== undefined) return stopped;
    if (Date.now() > deadline) {
      const why = answer instanceof Error ? answer.message : answer;
      throw new CannotStart(`Không sẵn sàng sau ${READY_TIMEOUT_MS / 1000} giây / not ready within ${READY_TIMEOUT_MS / 1000} s: ${why}`);
    }
    await delay(50);
  }
  return [];
}

/** Undefined where waiting may still help. */
function allThatIsMissing({ eventStore, postgres, projections }: Readiness): readonly StoppedProjection[] | undefined {
  if (eventStore?.ok !== true || postgres?.ok !== true || projections === undefined) return undefined;
  const missing = Object.entries(projections).filter(([, { ok }]) => !ok);
  if (missing.some(([, { stopped }]) => stopped !== true)) return undefined;
  return missing.map(([projection, { why }]) => ({ projection, why: why ?? '' }));
}
