import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openLedgerParts } from '@ledger/command-handling';
import { buildLog } from './log/build-log.js';
import { PartProcess } from './processes/part-process.js';
import { planSet } from './set/plan.js';
import { wholeNumber } from './whole-number.js';

const ROWS_BETWEEN_LINES = 100_000;

/**
 * Fills a new data folder with what importing a generated set would leave in its log, keys and register; the read
 * tables are made by the projector at the next start. build-log --movements N --data folder [--seed S] [--associations M]
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { movements: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' }, associations: { type: 'string' }, data: { type: 'string' } },
  });
  if (values.data === undefined) throw new Error('--data: thư mục dữ liệu / the data folder to fill');
  const plan = planSet({
    movements: wholeNumber('--movements', values.movements, 1, 100_000_000), seed: wholeNumber('--seed', values.seed, 0, 0xffff_ffff),
    associations: values.associations === undefined ? undefined : wholeNumber('--associations', values.associations, 1, 1_000_000),
  });
  const data = resolve(values.data);
  mkdirSync(data, { recursive: true });
  const started = performance.now();
  const postgres = await PartProcess.start('postgres', 'apps/standalone/src/postgres/serve.js', { env: { SOQUY_DATA: data, SOQUY_PG_PORT: '0' } });
  const eventStore = await PartProcess.start('eventstore', 'apps/eventstore/src/main.js', { args: ['--dir', join(data, 'eventstore'), '--port', '0'] });
  const parts = await openLedgerParts({
    pgUrl: String(postgres.ready['url']), eventstoreUrl: `esdb://127.0.0.1:${String(eventStore.ready['port'])}?tls=false`,
    masterKeyFile: join(data, 'secrets', 'master.key'), hashSecretFile: join(data, 'secrets', 'hash.key'),
  });
  try {
    let said = 0;
    const { events, rows } = await buildLog(plan, parts, (done) => {
      if (done - said < ROWS_BETWEEN_LINES) return;
      said = done;
      process.stderr.write(`${done} dòng / rows, ${((performance.now() - started) / 1_000).toFixed(0)} s\n`);
    });
    const seconds = (performance.now() - started) / 1_000;
    writeFileSync(join(data, 'bench-log.json'), `${JSON.stringify({ movements: plan.movements, seed: plan.seed, associations: plan.associations.length, events })}\n`);
    process.stdout.write(`${data}: gốc / root ${plan.rootCode}, ${rows} dòng / rows, ${events} sự kiện / events, ${seconds.toFixed(1)} s\n`);
  } finally {
    await parts.close();
    await eventStore.stop();
    await postgres.stop();
  }
}

main().then(() => process.exit(0), (error: unknown) => {
  process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
  process.exit(1);
});
