import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeFileOps } from '../file-ops.js';
import { LogLoader } from '../log-loader.js';
import { LogDamagedError } from '../open-errors.js';
import { segmentFileName } from '../segment-format.js';
import { SegmentSet } from '../segment-set.js';

/** Nobody pulls a plug here: what is written may stay in memory. */
const ops = { ...nodeFileOps, fdatasync: () => Promise.resolve() };

export interface LoadedSegment {
  /** Of the events, in the order of the log. */
  positions: number[];
  warnings: string[];
}

/**
 * What opening does with a log of one segment of these bytes, without lock and server: quick enough for every byte.
 * Events that were found, or the damage; then nothing may have been touched.
 */
export async function loadSegment(folder: string, content: Buffer): Promise<LoadedSegment | LogDamagedError> {
  const file = join(folder, segmentFileName(0));
  await writeFile(file, content);
  const warnings: string[] = [];
  const segments = new SegmentSet(folder, ops);
  const options = { rememberedEvents: 16, openCheck: 'full', onWarning: (text: string) => warnings.push(text) } as const;
  try {
    const { index, writer } = await new LogLoader(folder, ops, segments, options).load();
    await writer.close();
    return { positions: Array.from({ length: index.events }, (_, event) => index.positions.at(event)), warnings };
  } catch (error) {
    if (!(error instanceof LogDamagedError)) throw error;
    if (!content.equals(await readFile(file))) throw new Error(`${file} was changed although it is damaged`);
    return error;
  }
}
