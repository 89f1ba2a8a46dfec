import type { Command } from 'commander';
import { demandConfiguration } from '@ledger/configuration';
import { readSecret, type SecretOptions } from './locks.js';
import { makeBackup } from './make-backup.js';
import { restoreBackup } from './restore-backup.js';

interface Options extends SecretOptions {
  readonly keys?: string;
}

const KEYS = ['--keys <folder>', 'cất khóa ở thư mục khác / the keys in a folder of their own'] as const;
const PASSPHRASE = ['--passphrase-file <file>', 'tệp chứa cụm mật khẩu, - là stdin / file with the passphrase, - for standard input'] as const;
const KEY_FILE = ['--key-file <file>', 'tệp khóa 64 chữ số hex thay cụm mật khẩu / key file of 64 hexadecimal digits instead of a passphrase'] as const;

export function addBackupCommands(program: Command): void {
  program.command('backup')
    .description('sao lưu sổ sự kiện và khóa, cả khi đang chạy / back up the event log and the keys, also while it runs')
    .argument('<folder>', 'thư mục trống / empty folder')
    .option(...KEYS).option(...PASSPHRASE).option(...KEY_FILE)
    .action(backUp);
  program.command('restore')
    .description('khôi phục bản sao lưu vào thư mục dữ liệu trống (SOQUY_DATA) / restore a backup into an empty data folder (SOQUY_DATA)')
    .argument('<folder>', 'thư mục của bản sao lưu / folder of the backup')
    .option(...KEYS).option(...PASSPHRASE).option(...KEY_FILE)
    .option('--erasures-from <path...>', 'sổ mới hơn, hoặc tệp id: xóa tiếp những người này / a newer log, or a file of ids: erase these people too')
    .action(restore);
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function backUp(folder: string, options: Options): Promise<void> {
  const settings = demandConfiguration(process.env, process.cwd());
  const secret = await readSecret(options, true);
  const { bytes, keys, erased, id } = await makeBackup(settings, { folder, secret, ...(options.keys !== undefined && { keysFolder: options.keys }) });
  say(`Đã sao lưu vào ${folder}: ${bytes} byte, ${keys} khóa, ${erased} người đã xóa / backed up: ${bytes} bytes, ${keys} keys, ${erased} erased people`);
  say(`backup ${id}`);
  say('Không có cụm mật khẩu hay tệp khóa thì không ai đọc được tên: hãy cất riêng / nobody reads a name without the passphrase or key file: keep it elsewhere');
}

async function restore(folder: string, options: Options & { erasuresFrom?: string[] }): Promise<void> {
  const settings = demandConfiguration(process.env, process.cwd());
  const restored = await restoreBackup(settings, {
    folder, erasuresFrom: options.erasuresFrom ?? [], secret: () => readSecret(options, false),
    ...(options.keys !== undefined && { keysFolder: options.keys }),
  });
  const { events, keys, erased, erasedLater, madeAt } = restored;
  say(`Đã khôi phục vào ${settings.dataFolder}: ${events} sự kiện, ${keys} khóa / restored: ${events} events, ${keys} keys (${madeAt})`);
  say(`${erased} người đã xóa theo sổ, ${erasedLater} theo nguồn mới hơn / ${erased} erased by the log, ${erasedLater} by something newer`);
  say('Chạy npm start: các bảng đọc được dựng lại từ sổ / run npm start: the read tables are built from the log');
}
