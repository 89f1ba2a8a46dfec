import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { nodeFileOps } from '../storage/index.js';
import { makeFolder } from '../storage/log-place.js';
import type { SegmentFile } from '../storage/segment-file.js';
import { refusal, type CommandRefusal } from './command-result.js';

/** Makes the folder; a refusal where something is in it already. */
export async function claimEmptyFolder(dir: string): Promise<CommandRefusal | undefined> {
  const failure = await makeFolder(dir).then(() => undefined, (error: Error) => error.message);
  if (failure !== undefined) {
    return refusal('target_folder_cannot_be_made', `Không tạo được thư mục đích ${dir}: ${failure}`, `The target folder ${dir} cannot be made: ${failure}`);
  }
  if ((await readdir(dir)).length === 0) return undefined;
  return refusal(
    'target_folder_is_not_empty',
    `Thư mục đích ${dir} không trống; không có gì bị thay đổi.`,
    `The target folder ${dir} is not empty; nothing was changed.`,
  );
}

/** Copies the first `bytes` of a segment to a new file and makes them durable. Returns their SHA-256, hexadecimal. */
export async function copySegment(source: SegmentFile, bytes: number, target: string): Promise<string> {
  const hash = createHash('sha256');
  const fd = await nodeFileOps.open(target, 'wx');
  try {
    let at = 0;
    await source.readThrough(bytes, async (chunk) => {
      hash.update(chunk);
      await nodeFileOps.write(fd, chunk, 0, chunk.length, at);
      at += chunk.length;
    });
    await nodeFileOps.fsync(fd);
  } finally {
    await nodeFileOps.close(fd);
  }
  return hash.digest('hex');
}
