import { readFileSync } from 'node:fs';
import type { House } from './house.js';

const TICKS_A_SECOND = 100;
/** Columns of /proc/stat's first line that are no work: idle, and waiting for a disk. */
const IDLE_COLUMNS = [3, 4];
const COLUMNS = 8;
/** Ticks tell nothing about less. */
const SHORTEST_SECONDS = 0.5;

/** Processor cores that programs other than ours use while something is measured: what makes a figure worth less. */
export class OtherLoad {
  private readonly started = performance.now();
  private readonly busyBefore = busySeconds();
  private readonly clientBefore = clientSeconds();
  private readonly houses: { readonly house: House; readonly before: number }[] = [];

  /** From now on what this house uses is ours. */
  include(house: House): void {
    this.houses.push({ house, before: secondsOf(house) });
  }

  /** Since it was made; 0 where that is too short a time to tell. */
  cores(): number {
    const seconds = (performance.now() - this.started) / 1_000;
    if (seconds < SHORTEST_SECONDS) return 0;
    const ours = this.houses.reduce((sum, { house, before }) => sum + secondsOf(house) - before, clientSeconds() - this.clientBefore);
    return Math.max(0, (busySeconds() - this.busyBefore - ours) / seconds);
  }
}

const secondsOf = (house: House): number => Object.values(house.cpuSeconds()).reduce((sum, one) => sum + one, 0);

function clientSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function busySeconds(): number {
  const columns = readFileSync('/proc/stat', 'latin1').split('\n')[0]!.trim().split(/\s+/).slice(1, 1 + COLUMNS).map(Number);
  return columns.reduce((sum, ticks, at) => (IDLE_COLUMNS.includes(at) ? sum : sum + ticks), 0) / TICKS_A_SECOND;
}
