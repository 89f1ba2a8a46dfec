// Loaded before a program (node --import): its clock is the machine's plus the milliseconds that stand in the file JUMPING_CLOCK.
import { readFileSync } from 'node:fs';

const MachineDate = Date;
const file = process.env.JUMPING_CLOCK;
let offset = 0;
let readAt = -Infinity;

function now() {
  // Reading at each question would be slow, and a jump need not be noticed within a millisecond.
  if (performance.now() - readAt > 5) {
    readAt = performance.now();
    offset = Number(readFileSync(file, 'utf8'));
  }
  return MachineDate.now() + offset;
}

globalThis.Date = new Proxy(MachineDate, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  apply: (target) => new target(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
