import { Command } from 'commander';

const LINGER_MS = 2_000;

/** Loading the modules of all commands takes longer than many a command does: the one that is asked for loads its own. */
const COMMANDS: readonly { readonly names: readonly string[]; readonly load: () => Promise<(program: Command) => void> }[] = [
  { names: ['import'], load: async () => (await import('./import/index.js')).addImportCommand },
  { names: ['figures'], load: async () => (await import('./figures/index.js')).addFiguresCommand },
  { names: ['rebuild'], load: async () => (await import('./rebuild/index.js')).addRebuildCommand },
  { names: ['verify'], load: async () => (await import('./verify/index.js')).addVerifyCommand },
  { names: ['export'], load: async () => (await import('./export/index.js')).addExportCommands },
  { names: ['erase'], load: async () => (await import('./erase/index.js')).addEraseCommand },
  { names: ['backup', 'restore'], load: async () => (await import('./backup/index.js')).addBackupCommands },
  { names: ['eventstore'], load: async () => (await import('./eventstore/index.js')).addEventStoreCommands },
];

const program = new Command('soquy')
  .description('Sổ Quỹ: công cụ dòng lệnh / command line tools. Tìm phiên bản đang chạy qua thư mục dữ liệu (SOQUY_DATA). / Finds the running instance through its data folder (SOQUY_DATA).')
  .showHelpAfterError();

// Whoever asks for help, or for what there is not, is shown all of them.
const named = COMMANDS.filter(({ names }) => names.includes(process.argv[2] ?? ''));
for (const { load } of named.length > 0 ? named : COMMANDS) (await load())(program);

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
