import { Command } from 'commander';
import { addBackupCommands } from './backup/index.js';
import { addEraseCommand } from './erase/index.js';
import { addEventStoreCommands } from './eventstore/index.js';
import { addExportCommands } from './export/index.js';
import { addFiguresCommand } from './figures/index.js';
import { addImportCommand } from './import/index.js';
import { addRebuildCommand } from './rebuild/index.js';
import { addVerifyCommand } from './verify/index.js';

const LINGER_MS = 2_000;

const program = new Command('soquy')
  .description('Sổ Quỹ: công cụ dòng lệnh / command line tools. Tìm phiên bản đang chạy qua thư mục dữ liệu (SOQUY_DATA). / Finds the running instance through its data folder (SOQUY_DATA).')
  .showHelpAfterError();

addImportCommand(program);
addFiguresCommand(program);
addRebuildCommand(program);
addVerifyCommand(program);
addExportCommands(program);
addEraseCommand(program);
addBackupCommands(program);
addEventStoreCommands(program);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  // A sentence for people; where it came from only for those who ask for it.
  const tellAll = ['debug', 'trace'].includes(process.env['SOQUY_LOG_LEVEL'] ?? '');
  process.stderr.write(`${error instanceof Error ? (tellAll ? error.stack : error.message) : String(error)}\n`);
  process.exitCode = 1;
}

// All is done: a server that never closes its side of a connection keeps nobody waiting for the prompt.
setInterval(() => {
  if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
}, LINGER_MS).unref();
