import { LedgerView, type LedgerParts } from '@ledger/command-handling';
import { checkSet, EMPTY_LEDGER, folderSource, runImport, type CheckedSet, type ImportProgress, type RunReport } from '@ledger/dataset';
import { dayInVietnam, systemClock } from '@ledger/kernel';
import type { PersonVault } from '@ledger/privacy';

export type LedgerAccess = Pick<LedgerParts, 'ledger' | 'eventStore' | 'dataSource'> & { readonly vault: PersonVault };

export interface ImportWishes {
  readonly folder: string;
  /** Only check. */
  readonly dryRun: boolean;
  /** Who answers for what is booked. */
  readonly actorId: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

export type ImportOutcome =
  | { readonly kind: 'faulty'; readonly checked: Extract<CheckedSet, { kind: 'faulty' }> }
  | { readonly kind: 'checked'; readonly checked: Extract<CheckedSet, { kind: 'sound' }> }
  | { readonly kind: 'run'; readonly report: RunReport };

/** Checks the whole set on the ledger's present state, then writes it. Without a ledger it can only be checked by itself. */
export async function importFolder(open: LedgerAccess | undefined, wishes: ImportWishes): Promise<ImportOutcome> {
  const today = dayInVietnam(systemClock.now());
  const ledger = open ? new LedgerView(open.eventStore, open.dataSource, open.vault) : EMPTY_LEDGER;
  const checked = await checkSet(folderSource(wishes.folder), { today, ledger });
  if (checked.kind === 'faulty') return { kind: 'faulty', checked };
  if (!open || wishes.dryRun) return { kind: 'checked', checked };
  const report = await runImport(checked.plan, {
    execute: ({ row: _row, ...submission }) => open.ledger.execute({ ...submission, actorId: wishes.actorId }),
    alreadyBooked: checked.alreadyBooked, signal: wishes.signal, onProgress: wishes.onProgress,
  });
  return { kind: 'run', report };
}
