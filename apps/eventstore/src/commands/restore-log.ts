import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeFileOps } from '../storage/index.js';
import { SegmentFile } from '../storage/segment-file.js';
import { segmentFileName } from '../storage/segment-format.js';
import { digestOfFile, syncFolder } from '../storage/segment-writer.js';
import { MANIFEST_FILE, readManifest, type BackedUpSegment, type BackupManifest } from './backup-manifest.js';
import { refusal, type CommandRefusal } from './command-result.js';
import { claimEmptyFolder, copySegment } from './copy-segment.js';
import { verifyLog } from './verify-log.js';

export interface RestoreReport {
  kind: 'restored';
  logId: string;
  /** When the backup was made; ISO 8601, UTC. */
  madeAt: string;
  events: number;
  segments: number;
  bytes: number;
}

/**
 * Puts a backup into an empty folder, from which a server can start. The digest of every file and every record is
 * checked first, and the digests again on what was copied.
 */
export async function restoreLog(backup: string, target: string): Promise<RestoreReport | CommandRefusal> {
  const made = await readManifest(backup);
  if (made === undefined) {
    return refusal(
      'folder_holds_no_backup',
      `${backup} không có bản sao lưu hoàn chỉnh (thiếu hoặc hỏng tệp ${MANIFEST_FILE}).`,
      `${backup} holds no complete backup (its ${MANIFEST_FILE} is missing or unreadable).`,
    );
  }
  const events = await checkedEvents(backup, made);
  if (typeof events !== 'number') return events;
  const refused = await claimEmptyFolder(target);
  if (refused !== undefined) return refused;
  await copySegments(backup, target, made.segments);
  const bytes = made.segments.reduce((sum, segment) => sum + segment.bytes, 0);
  return { kind: 'restored', logId: made.logId, madeAt: made.madeAt, events, segments: made.segments.length, bytes };
}

/** The first segment gets its name last: a restore that was interrupted cannot be mistaken for a shorter log. */
async function copySegments(backup: string, target: string, segments: readonly BackedUpSegment[]): Promise<void> {
  const unnamed = (base: number): string => join(target, `${segmentFileName(base)}.restoring`);
  for (const { base, bytes, sha256 } of segments) {
    const file = await SegmentFile.open(nodeFileOps, backup, base);
    const copied = await copySegment(file, bytes, unnamed(base)).finally(() => file.close());
    if (copied !== sha256) throw new Error(`${file.path} was read twice and differed: the disk cannot be trusted`);
  }
  for (const { base } of segments.toReversed()) await rename(unnamed(base), join(target, segmentFileName(base)));
  await syncFolder(nodeFileOps, target);
}

async function checkedEvents(backup: string, made: BackupManifest): Promise<number | CommandRefusal> {
  for (const { base, bytes, sha256 } of made.segments) {
    const path = join(backup, segmentFileName(base));
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (found?.size !== bytes) return damaged(`${path} has ${found?.size ?? 'no'} bytes, ${bytes} were backed up`);
    if ((await fileDigest(path, bytes)) !== sha256) return damaged(`${path} does not match its digest in ${MANIFEST_FILE}`);
  }
  const report = await verifyLog(backup);
  if (report.kind === 'refused') return damaged('it holds no segment');
  const fault = report.faults[0];
  if (fault !== undefined) return damaged(`${fault.file} at byte ${fault.offset}: ${fault.reason}`);
  if (report.unfinished !== undefined) return damaged(`${report.unfinished.file} at byte ${report.unfinished.offset}: an append is not whole`);
  if (report.bytes !== made.end) return damaged(`it holds ${report.bytes} bytes of log, ${made.end} were backed up`);
  return report.events;
}

async function fileDigest(path: string, bytes: number): Promise<string> {
  const fd = await nodeFileOps.open(path, 'r');
  try {
    return (await digestOfFile(nodeFileOps, fd, bytes)).digest().toString('hex');
  } finally {
    await nodeFileOps.close(fd);
  }
}

function damaged(reason: string): CommandRefusal {
  return refusal('backup_is_damaged', `Bản sao lưu bị hỏng; không có gì được khôi phục: ${reason}`, `The backup is damaged; nothing was restored: ${reason}`);
}
