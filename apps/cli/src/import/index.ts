import type { Command } from 'commander';
import { LIMITS_OF_PROGRAMS, openLedgerParts, PATIENCE_OF_PROGRAMS, type LedgerParts } from '@ledger/command-handling';
import { demandConfiguration, runningInstance, serversOf, type Configuration } from '@ledger/configuration';
import { importFolder, type ImportOutcome } from './import-folder.js';
import { progressDisplay } from '../progress-display.js';
import { faultsReport, runReport } from './report.js';

const EXIT = { done: 0, faulty: 1, stopped: 3 } as const;

export function addImportCommand(program: Command): void {
  program.command('import')
    .description('kiểm tra rồi nhập một bộ dữ liệu; nhập lại không đổi gì / check, then import a data set; importing again changes nothing')
    .argument('<folder>', 'thư mục chứa các tệp CSV / folder with the CSV files')
    .option('--dry-run', 'chỉ kiểm tra / only check', false)
    .option('--actor <id>', 'người chịu trách nhiệm ghi trong sổ / who answers for it in the log', 'import')
    .action(async (folder: string, options: { dryRun: boolean; actor: string }) => {
      process.exitCode = await runCommand(folder, options);
    });
}

async function runCommand(folder: string, { dryRun, actor }: { dryRun: boolean; actor: string }): Promise<number> {
  const settings = demandConfiguration(process.env, process.cwd());
  const open = dryRun && !somethingRuns(settings) ? undefined : await openLedgerParts(
    { ...serversOf(settings), masterKeyFile: settings.masterKeyFile, hashSecretFile: settings.hashSecretFile, patience: PATIENCE_OF_PROGRAMS },
    { limits: LIMITS_OF_PROGRAMS },
  );
  const stopping = new AbortController();
  // The second Ctrl-C is not caught any more: it ends the process at once, which loses nothing that was booked.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const display = progressDisplay(process.stderr, 'dòng/rows');
  process.stderr.write(`Đang kiểm tra / checking ${folder}\n`);
  try {
    const outcome = await importFolder(open, { folder, dryRun, actorId: actor, signal: stopping.signal, onProgress: (progress) => display.show(progress) });
    display.end();
    return await tell(outcome, open);
  } finally {
    await open?.close();
  }
}

function somethingRuns({ dataFolder, postgresUrl, eventStoreUrl }: Configuration): boolean {
  return (postgresUrl !== undefined && eventStoreUrl !== undefined) || runningInstance(dataFolder) !== undefined;
}

async function tell(outcome: ImportOutcome, open: LedgerParts | undefined): Promise<number> {
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  if (outcome.kind === 'faulty') {
    say(faultsReport(outcome.checked));
    return EXIT.faulty;
  }
  if (outcome.kind === 'checked') {
    const { rows, alreadyBooked } = outcome.checked;
    say(`Không có lỗi: ${rows} dòng, ${alreadyBooked.size} dòng đã có trong sổ / no faults: ${rows} rows, ${alreadyBooked.size} booked already`);
    if (!open) say('Không có phiên bản nào đang chạy: chỉ kiểm tra riêng bộ dữ liệu / nothing runs: the set was checked by itself');
    return EXIT.done;
  }
  const { report } = outcome;
  say(runReport(report));
  if (open && report.position > 0n) say(`position: ${(await open.eventStore.logId()).slice(0, 8)}-${report.position}`);
  return report.kind === 'complete' ? EXIT.done : EXIT.stopped;
}
