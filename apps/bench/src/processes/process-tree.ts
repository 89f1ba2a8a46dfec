import { readdirSync, readFileSync } from 'node:fs';

// Of a process and all below it: Postgres is one process a connection.

const TICKS_A_SECOND = 100;
const FIELDS = { parent: 1, userTicks: 11, systemTicks: 12, endedUserTicks: 13, endedSystemTicks: 14 } as const;

interface Entry { readonly pid: number; readonly fields: readonly string[] }

/** Empty where the process has just ended, or the machine is no Linux. */
function procFile(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

function entryOf(pid: number): Entry {
  const stat = procFile(pid, 'stat');
  return { pid, fields: stat.slice(stat.lastIndexOf(')') + 2).split(' ') };
}

function treeBelow(pid: number): Entry[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => entryOf(Number(name)));
  const found = all.filter((entry) => entry.pid === pid);
  for (let at = 0; at < found.length; at += 1) found.push(...all.filter(({ fields }) => Number(fields[FIELDS.parent]) === found[at]!.pid));
  return found;
}

/** Seconds of processor time, user and system, those of ended children included. */
export function cpuSecondsBelow(pid: number): number {
  const ticks = treeBelow(pid).map(({ fields }) => [FIELDS.userTicks, FIELDS.systemTicks, FIELDS.endedUserTicks, FIELDS.endedSystemTicks].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0));
  return ticks.reduce((sum, one) => sum + one, 0) / TICKS_A_SECOND;
}

/** Peak resident memory in MiB; what a process shares with another of the tree is counted once, by taking only what is its own beside the largest. */
export function peakMiBBelow(pid: number): number {
  const peaks = treeBelow(pid).map((entry) => {
    const status = procFile(entry.pid, 'status');
    const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
    return { peak: kibibytes('VmHWM'), shared: kibibytes('RssShmem') };
  });
  const largestShared = Math.max(0, ...peaks.map(({ shared }) => shared));
  return Math.round((peaks.reduce((sum, { peak, shared }) => sum + Math.max(0, peak - shared), 0) + largestShared) / 1024);
}
