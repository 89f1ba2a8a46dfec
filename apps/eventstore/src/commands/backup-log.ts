import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LogDamagedError, nodeFileOps } from '../storage/index.js';
import { SegmentFile, listSegments } from '../storage/segment-file.js';
import { logIdText, segmentFileName } from '../storage/segment-format.js';
import type { ScanVisitor } from '../storage/segment-scan.js';
import { syncFolder } from '../storage/segment-writer.js';
import { MANIFEST_FILE, manifest, type BackedUpSegment, type BackupManifest } from './backup-manifest.js';
import { refusal, type CommandRefusal } from './command-result.js';
import { claimEmptyFolder, copySegment } from './copy-segment.js';

export interface BackupReport {
  kind: 'backed_up';
  logId: string;
  segments: number;
  bytes: number;
  /** Every append before this log position is in the backup. */
  end: number;
}

const ANY_RECORD: ScanVisitor = { record: () => undefined };

/**
 * Copies a log into an empty folder, also while a server writes it; only reads the log. Holds every append that was
 * acknowledged before the call. Refuses a damaged log: an older backup is worth more than a copy of damage.
 */
export async function backupLog(dir: string, target: string): Promise<BackupReport | CommandRefusal> {
  const bases = await listSegments(dir);
  if (bases.length === 0) return refusal('folder_holds_no_log', `${dir} không có sổ sự kiện nào.`, `${dir} holds no event log.`);
  const refused = await claimEmptyFolder(target);
  if (refused !== undefined) return refused;
  const segments: BackedUpSegment[] = [];
  let logId = '';
  try {
    for (const base of bases) {
      const file = await SegmentFile.open(nodeFileOps, dir, base);
      try {
        const bytes = await bytesInOrder(file, base === bases.at(-1));
        const sha256 = await copySegment(file, bytes, join(target, segmentFileName(base)));
        segments.push({ base, bytes, sha256 });
        logId = logIdText(file.logId);
      } finally {
        await file.close();
      }
    }
  } catch (error) {
    if (!(error instanceof LogDamagedError)) throw error;
    return refusal('log_is_damaged', `Sổ bị hỏng nên bản sao lưu không hoàn tất: ${error.message}`, `The log is damaged and the backup was not finished: ${error.message}`);
  }
  return finish(target, manifest({ logId, madeAt: new Date().toISOString(), end: endOf(segments), segments }));
}

function endOf(segments: readonly BackedUpSegment[]): number {
  const last = segments.at(-1);
  return last === undefined ? 0 : last.base + last.bytes;
}

async function finish(target: string, made: BackupManifest): Promise<BackupReport> {
  const path = join(target, MANIFEST_FILE);
  await writeFile(path, `${JSON.stringify(made, null, 2)}\n`, { flush: true });
  await syncFolder(nodeFileOps, target);
  const bytes = made.segments.reduce((sum, segment) => sum + segment.bytes, 0);
  return { kind: 'backed_up', logId: made.logId, segments: made.segments.length, bytes, end: made.end };
}

/** Bytes to copy: all of a sealed segment, whole and durable appends of the one being written. */
async function bytesInOrder(file: SegmentFile, last: boolean): Promise<number> {
  const seal = await file.seal();
  if (seal !== undefined) {
    await file.checkContent(seal);
    return file.size;
  }
  if (!last) throw await file.damage();
  const end = await file.scanBesideWriter(ANY_RECORD);
  if (end.kind === 'sealed') return file.size;
  if (end.kind === 'bad' && !(await file.isInterruptedAt(end.offset))) throw new LogDamagedError(file.path, end.faultOffset, end.reason);
  // The server may not have come to it yet: nothing goes into the backup that the log could still lose.
  await file.sync();
  return end.kind === 'bad' ? end.offset : end.end;
}
