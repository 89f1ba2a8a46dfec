import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BeyondTheLog, JoinedProgress, PARTS, joinedVerdict, type Verdict, type VerificationProgress } from '@ledger/verification';
import type { PartTold, PartWork } from './part-thread.js';
import type { Wishes } from './verify-part.js';

/** Mebibytes a thread's heap may take, whatever the machine has: what is kept of a log of any length needs half of the old space. */
const THREAD_HEAP = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 48 } as const;

/** Verifies the parts side by side: one processor would be at its end with it. */
export async function verifyInParts(wishes: Wishes, onProgress: (progress: VerificationProgress) => void): Promise<Verdict> {
  const joined = new JoinedProgress(onProgress);
  // A thread that is ended with the others cannot tidy up after itself.
  const temporary = mkdtempSync(join(tmpdir(), 'soquy-verify-'));
  const threads = Array.from({ length: PARTS }, (_, part) => new PartThread({ part, wishes }, temporary, (progress) => joined.tell(part, progress)));
  try {
    return joinedVerdict(await Promise.all(threads.map(({ verdict }) => verdict)) as [Verdict, ...Verdict[]]);
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
    rmSync(temporary, { recursive: true, force: true });
  }
}

class PartThread {
  private readonly worker: Worker;
  readonly verdict: Promise<Verdict>;

  constructor(work: PartWork, temporary: string, onProgress: (progress: VerificationProgress) => void) {
    this.worker = new Worker(new URL('./part-thread.js', import.meta.url), { workerData: work, resourceLimits: THREAD_HEAP, env: { ...process.env, TMPDIR: temporary } });
    this.verdict = new Promise((resolve, reject) => {
      this.worker.on('message', (told: PartTold) => {
        if ('progress' in told) onProgress(told.progress);
        else if ('verdict' in told) resolve(told.verdict);
        else reject('beyond' in told ? new BeyondTheLog(told.beyond) : new Error(told.failure));
      });
      this.worker.once('error', reject).once('exit', () => reject(new Error('a thread ended without a verdict')));
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
