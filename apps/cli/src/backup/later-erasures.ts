import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PATIENCE_OF_PROGRAMS } from '@ledger/command-handling';
import { openEventStore, type EventStore } from '@ledger/event-store';
import { isUuid } from '@ledger/kernel';
import { eventStoreTool } from './child-program.js';
import { BackupRefused, LOG_FOLDER } from './manifest.js';
import { eventStoreOn } from './servers.js';

/** Whom a log says to be erased. */
export async function erasedIn(store: EventStore): Promise<Set<string>> {
  const erased = new Set<string>();
  for await (const { type, data } of store.readAll()) {
    if (type === 'PersonErased' && typeof data['personId'] === 'string') erased.add(data['personId']);
  }
  return erased;
}

/**
 * Whom to erase besides, told by something newer than the backup: the folder of an event log, a backup or a data folder;
 * or a file with an id in each line, or with exported events, one JSON object in each line. Throws BackupRefused.
 */
export async function laterErasures(path: string): Promise<Set<string>> {
  if (!existsSync(path)) throw new BackupRefused(`Không có ${path} / there is no ${path}`);
  return statSync(path).isDirectory() ? erasedInFolder(path) : erasedInLines(path);
}

async function erasedInFolder(path: string): Promise<Set<string>> {
  const below = join(path, LOG_FOLDER);
  const scratch = mkdtempSync(join(tmpdir(), 'soquy-newer-log-'));
  try {
    // A copy, so that the newer log stays as it is and may be in use.
    const copy = join(scratch, LOG_FOLDER);
    await eventStoreTool('backup', '--dir', existsSync(below) ? below : path, '--to', copy);
    const server = await eventStoreOn(copy);
    const store = openEventStore(server.url, PATIENCE_OF_PROGRAMS);
    try {
      return await erasedIn(store);
    } finally {
      await store.close();
      await server.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function erasedInLines(path: string): Set<string> {
  const erased = new Set<string>();
  for (const [index, raw] of readFileSync(path, 'utf8').split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const id = line.startsWith('{') ? idInEvent(line) : line.toLowerCase();
    if (id === undefined) continue;
    if (!isUuid(id)) throw new BackupRefused(`${path}:${index + 1} không phải id, cũng không phải sự kiện dạng JSON / is neither an id nor an event as JSON`);
    erased.add(id);
  }
  return erased;
}

/** Undefined for every other event. */
function idInEvent(line: string): string | undefined {
  let event: { type?: unknown; data?: { personId?: unknown } };
  try {
    event = JSON.parse(line) as typeof event;
  } catch {
    // Whoever reads the file is told its line.
    return line;
  }
  return event.type === 'PersonErased' ? String(event.data?.personId) : undefined;
}
