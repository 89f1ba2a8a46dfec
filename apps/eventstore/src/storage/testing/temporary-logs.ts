import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEventLog, type EventLog, type OpenOptions, type ProposedEvent, type StoredRecord } from '../index.js';
import { listSegments } from '../segment-file.js';
import { APPEND_HEADER_BYTES, SEGMENT_HEADER_BYTES, readAppendHeader, segmentFileName } from '../segment-format.js';

/** Folders and logs of one spec, gone after `removeAll`. */
export class TemporaryLogs {
  private readonly folders: string[] = [];
  private readonly logs = new Set<EventLog>();

  async folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'soquy-log-'));
    this.folders.push(path);
    return path;
  }

  async open(dir: string, options: OpenOptions = {}): Promise<EventLog> {
    const log = await openEventLog(dir, { rememberedEvents: 1_024, ...options });
    this.logs.add(log);
    return log;
  }

  async close(log: EventLog): Promise<void> {
    this.logs.delete(log);
    await log.close();
  }

  async removeAll(): Promise<void> {
    await Promise.all([...this.logs].map((log) => log.close()));
    this.logs.clear();
    await Promise.all(this.folders.splice(0).map((path) => rm(path, { recursive: true, force: true })));
  }
}

export function proposed(data: string, type = 'Tested', id = randomBytes(16)): ProposedEvent {
  return { id, type, contentType: 'application/json', data: Buffer.from(data), customMetadata: Buffer.from('{"by":"spec"}') };
}

export async function wholeLog(log: EventLog): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  for (let from = 0; ; ) {
    const page = await log.readAll(from, 'forward', 1_000, 1 << 20);
    records.push(...page.records);
    if (page.end) return records;
    from = page.next;
  }
}

/** What must not change between two openings: place, number, name and bytes of every event. */
export async function fingerprint(log: EventLog): Promise<string[]> {
  const records = await wholeLog(log);
  return records.map((record) => `${record.position} ${record.revision} ${record.stream} ${record.frame.toString('base64')}`);
}

export async function segmentPaths(dir: string): Promise<string[]> {
  const bases = await listSegments(dir);
  return bases.map((base) => join(dir, segmentFileName(base)));
}

/** Waits until zeros are written behind the last append of an open log; how many. */
export async function roomAhead(dir: string): Promise<number> {
  for (;;) {
    const last = await readFile((await segmentPaths(dir)).at(-1) ?? '');
    const { length } = last.subarray(0, last.findLastIndex((byte) => byte !== 0) + 1);
    if (last.length > length) return last.length - length;
    await sleep(5);
  }
}

/** A new folder with one segment file of these bytes, the first of a log. */
export async function folderOf(logs: TemporaryLogs, bytes: Buffer): Promise<string> {
  const dir = await logs.folder();
  await writeFile(join(dir, segmentFileName(0)), bytes);
  return dir;
}

/** File offsets where the appends of a log's first segment begin, and its end. */
export async function appendOffsets(dir: string): Promise<{ bytes: Buffer; offsets: number[] }> {
  const bytes = await readFile(join(dir, segmentFileName(0)));
  const offsets: number[] = [];
  let at = SEGMENT_HEADER_BYTES;
  while (at < bytes.length) {
    offsets.push(at);
    const header = readAppendHeader(bytes, at, at);
    if (header === undefined) break;
    at += APPEND_HEADER_BYTES + header.bodyBytes;
  }
  return { bytes, offsets: [...offsets, bytes.length] };
}
