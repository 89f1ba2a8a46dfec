import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PARTS, type ApiParts } from '../api-parts.js';
import { Positions } from '../http/positions.js';
import { Problem } from '../http/problem.js';
import { ImportJob } from './import-job.js';
import { UploadSeal } from './upload-seal.js';
import type { Upload } from './upload-storage.js';

/** Uploads and imports under way in this process. */
const MOST_AT_ONCE = 2;
/** Ended imports that can still be asked about. */
const MOST_REMEMBERED = 100;
/** A folder that is older was left behind by a process that died. */
const LEFT_BEHIND_MS = 24 * 3_600_000;

/** The imports of this process. Their state lives as long as it does; what they booked is in the ledger. */
@Injectable()
export class Imports implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly jobs = new Map<string, ImportJob>();
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly folder: string;
  private underWay = 0;

  constructor(
    @Inject(PARTS) private readonly parts: ApiParts,
    private readonly positions: Positions,
  ) {
    this.folder = join(parts.dataFolder, 'uploads');
  }

  async onApplicationBootstrap(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      if (Date.now() - (await stat(path)).mtimeMs > LEFT_BEHIND_MS) await rm(path, { recursive: true, force: true });
    }
  }

  /** Rows under way are waited for; what was booked stays and the same upload goes on from there. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  async beginUpload(): Promise<Upload> {
    if (this.underWay >= MOST_AT_ONCE) throw new Problem(503, 'imports_busy', { headers: { 'Retry-After': '5' } });
    this.underWay += 1;
    const folder = join(this.folder, randomUUID());
    await mkdir(folder, { mode: 0o700 });
    return { folder, seal: new UploadSeal(), received: new Set(), bytes: 0 };
  }

  async dropUpload({ folder }: Pick<Upload, 'folder'>): Promise<void> {
    this.underWay -= 1;
    await rm(folder, { recursive: true, force: true });
  }

  /** Starts the import of what was uploaded; answers its id at once. */
  start(upload: Upload, wishes: { readonly actorId: string; readonly correlationId: string; readonly dryRun: boolean }): ImportJob {
    const job = new ImportJob(this.parts, this.positions, { ...wishes, id: randomUUID(), source: upload.seal.source(upload.folder), signal: this.stopping.signal });
    this.jobs.set(job.wishes.id, job);
    this.forgetOldest();
    const running = job.run().then(() => this.dropUpload(upload)).finally(() => this.running.delete(running));
    this.running.add(running);
    return job;
  }

  find(id: string): ImportJob {
    const job = this.jobs.get(id);
    if (!job) throw new Problem(404, 'import_not_found');
    return job;
  }

  private forgetOldest(): void {
    for (const [id, job] of this.jobs) {
      if (this.jobs.size <= MOST_REMEMBERED) return;
      if (job.hasEnded) this.jobs.delete(id);
    }
  }
}
