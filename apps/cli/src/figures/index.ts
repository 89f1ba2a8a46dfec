import { InvalidArgumentError, type Command } from 'commander';
import { PATIENCE_OF_PROGRAMS } from '@ledger/command-handling';
import { demandConfiguration, serversOf } from '@ledger/configuration';
import { openEventStore } from '@ledger/event-store';
import { projectorDataSource } from '@ledger/projection-runtime';
import { figuresJson } from './figures-json.js';
import { FiguresBehind, FiguresOfAnotherLog, settledFigures } from './settled.js';

const EXIT_FAILED = 1;

export function addFiguresCommand(program: Command): void {
  program.command('figures')
    .description('in số liệu của một cây hội dưới dạng JSON, từ các bảng đọc / print the figures of an association tree as JSON, from the read tables')
    .argument('<code>', 'mã của hội gốc / code of the root association')
    .option('--timeout <seconds>', 'chờ các bảng đọc theo kịp sổ sự kiện tối đa / how long to wait for the read tables to catch up with the log', secondsOf, 60)
    .action(async (code: string, { timeout }: { timeout: number }) => {
      process.exitCode = await printFigures(code, timeout * 1000);
    });
}

function secondsOf(text: string): number {
  if (!/^[0-9]{1,5}$/.test(text)) throw new InvalidArgumentError('số giây / a number of seconds');
  return Number(text);
}

async function printFigures(code: string, timeoutMs: number): Promise<number> {
  const { pgUrl, eventstoreUrl } = serversOf(demandConfiguration(process.env, process.cwd()));
  const store = openEventStore(eventstoreUrl, PATIENCE_OF_PROGRAMS);
  const database = await projectorDataSource(pgUrl, 1).initialize();
  try {
    const figures = await settledFigures(database, store, code, timeoutMs);
    if (figures) {
      process.stdout.write(`${figuresJson(figures)}\n`);
      return 0;
    }
    process.stderr.write(`Không có hội gốc nào mang mã ${code} / no root association has the code ${code}\n`);
    return EXIT_FAILED;
  } catch (error) {
    if (error instanceof FiguresOfAnotherLog) {
      process.stderr.write(`Bảng đọc được dựng từ một sổ sự kiện khác, hãy chạy soquy rebuild all / ${error.message}: run soquy rebuild all\n`);
      return EXIT_FAILED;
    }
    if (!(error instanceof FiguresBehind)) throw error;
    process.stderr.write(`Các bảng đọc chưa theo kịp sổ sự kiện, hãy thử lại / ${error.message}: try again\n`);
    return EXIT_FAILED;
  } finally {
    await database.destroy();
    await store.close();
  }
}
