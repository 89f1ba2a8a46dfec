import type { RecordedEvent } from '@ledger/kernel';

/** Which event stopped a projection, and why: what readiness shows. `event` is absent where no single one is to blame. */
export interface Stoppage {
  readonly reason: string;
  readonly event?: { readonly stream: string; readonly revision: string; readonly id: string; readonly type: string; readonly position: string };
}

export function stoppageBy(event: RecordedEvent, error: unknown): Stoppage {
  const { stream, id, type } = event;
  return { reason: reasonOf(error), event: { stream, revision: event.revision.toString(), id, type, position: event.position.toString() } };
}

/** The message alone: parameters of a failed statement may hold sealed or personal text and are never shown. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
