import { parentPort, workerData } from 'node:worker_threads';
import { BeyondTheLog, type Verdict, type VerificationProgress } from '@ledger/verification';
import { verifyPart, type Wishes } from './verify-part.js';

/** What a thread is given, and what it tells; errors lose their class on the way. */
export interface PartWork { readonly part: number; readonly wishes: Wishes }
export type PartTold =
  | { readonly progress: VerificationProgress }
  | { readonly verdict: Verdict }
  | { readonly beyond: bigint | undefined }
  | { readonly failure: string };

const tell = (told: PartTold): void => parentPort?.postMessage(told);
const { part, wishes } = workerData as PartWork;
try {
  tell({ verdict: await verifyPart(part, wishes, (progress) => tell({ progress })) });
} catch (error) {
  tell(error instanceof BeyondTheLog ? { beyond: error.end } : { failure: error instanceof Error ? error.message : String(error) });
}
