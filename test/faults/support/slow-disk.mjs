// Loaded before a program (node --import): making anything durable takes the milliseconds longer that stand in the file SLOW_DISK.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const file = process.env.SLOW_DISK;

for (const name of ['fdatasync', 'fsync']) {
  const original = fs[name];
  fs[name] = (descriptor, done) => void setTimeout(() => original(descriptor, done), Number(fs.readFileSync(file, 'utf8')));
}
syncBuiltinESMExports();
