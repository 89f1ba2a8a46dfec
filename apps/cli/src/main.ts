import { Command } from 'commander';
import { addEventStoreCommands } from './eventstore/index.js';
import { addFiguresCommand } from './figures/index.js';
import { addImportCommand } from './import/index.js';

const program = new Command('soquy')
  .description('Sổ Quỹ: công cụ dòng lệnh / command line tools. Tìm phiên bản đang chạy qua thư mục dữ liệu (SOQUY_DATA). / Finds the running instance through its data folder (SOQUY_DATA).')
  .showHelpAfterError();

addImportCommand(program);
addFiguresCommand(program);
addEventStoreCommands(program);

await program.parseAsync(process.argv);
