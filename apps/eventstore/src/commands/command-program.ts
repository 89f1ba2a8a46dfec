import { join } from 'node:path';
import { Command } from 'commander';
import { backupLog } from './backup-log.js';
import type { BilingualText, CommandRefusal } from './command-result.js';
import { copyLog } from './copy-log.js';
import { restoreLog } from './restore-log.js';
import { statLog } from './stat-log.js';
import { verifyLog, type Fault, type VerifyReport } from './verify-log.js';

export interface CommandOutput {
  out(line: string): void;
  err(line: string): void;
}

interface Options {
  dir: string;
  from: string;
  to: string;
  json?: boolean;
}

type Report = { kind: string } | CommandRefusal;

const JSON_OPTION = ['--json', 'in báo cáo dạng JSON / print the report as JSON'] as const;
const DIR_OPTION = ['--dir <folder>', 'thư mục của sổ sự kiện / folder of the event log'] as const;

function defaultFolder(): string {
  return join(process.env['SOQUY_DATA'] ?? 'data', 'eventstore');
}

/** `soquy eventstore …`. `exitCode` is told 0 when all is well and 1 when something was refused or found. */
export function commandProgram(output: CommandOutput, exitCode: (code: number) => void): Command {
  const program = new Command('soquy eventstore').description('công cụ cho kho sự kiện nhúng / tools for the embedded event store');
  const show = (report: Report, json: boolean | undefined): void => {
    const failed = report.kind === 'refused' || (isVerifyReport(report) && !report.inOrder);
    exitCode(failed ? 1 : 0);
    if (json) return output.out(JSON.stringify(report, null, 2));
    if (isRefusal(report)) return inBoth(report.text).forEach((line) => output.err(line));
    linesOf(report).forEach((line) => output.out(line));
  };
  program.command('verify').description('kiểm tra từng bản ghi, chữ ký và chỉ mục / check every record, digest and index file')
    .option(...DIR_OPTION, defaultFolder()).option(...JSON_OPTION)
    .action(async ({ dir, json }: Options) => show(await verifyLog(dir), json));
  program.command('stat').description('cho biết trong sổ có gì / say what is inside')
    .option(...DIR_OPTION, defaultFolder()).option(...JSON_OPTION)
    .action(async ({ dir, json }: Options) => show(await statLog(dir), json));
  program.command('backup').description('sao lưu nhất quán, cả khi máy chủ đang chạy / copy a consistent set, also while the server runs')
    .option(...DIR_OPTION, defaultFolder()).option(...JSON_OPTION)
    .requiredOption('--to <folder>', 'thư mục trống nhận bản sao lưu / empty folder that takes the backup')
    .action(async ({ dir, to, json }: Options) => show(await backupLog(dir, to), json));
  program.command('restore').description('kiểm tra bản sao lưu rồi đặt vào thư mục trống / check a backup and put it into an empty folder')
    .requiredOption('--from <folder>', 'thư mục của bản sao lưu / folder of the backup').option(...JSON_OPTION)
    .requiredOption('--to <folder>', 'thư mục trống sẽ thành kho sự kiện / empty folder that becomes the event store')
    .action(async ({ from, to, json }: Options) => show(await restoreLog(from, to), json));
  program.command('copy').description('chép mọi sự kiện sang EventStoreDB khác, tiếp tục được / bring every event to another EventStoreDB, resumable')
    .option(...DIR_OPTION, defaultFolder()).option(...JSON_OPTION)
    .requiredOption('--to <connection string>', 'chuỗi kết nối của máy chủ đích / connection string of the destination')
    .action(async ({ dir, to, json }: Options) => {
      show(await copyLog(dir, to, ({ done, total }) => output.err(`${done}/${total}`)), json);
    });
  return program;
}

function isRefusal(report: Report): report is CommandRefusal {
  return report.kind === 'refused';
}

function isVerifyReport(report: Report): report is VerifyReport {
  return report.kind === 'verified';
}

function inBoth(text: BilingualText): string[] {
  return [text.vi, text.en];
}

const TITLES: Readonly<Record<string, string>> = {
  verified: 'Đã kiểm tra / verified',
  counted: 'Trong sổ có / the log holds',
  backed_up: 'Đã sao lưu / backed up',
  restored: 'Đã khôi phục / restored',
  copied: 'Đã chép / copied',
};

function linesOf(report: object & { kind: string }): string[] {
  const lines = [TITLES[report.kind] ?? report.kind];
  for (const [name, value] of Object.entries(report)) {
    if (name === 'kind' || name === 'faults' || value === undefined) continue;
    lines.push(`  ${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  }
  if ('faults' in report) lines.push(...(report.faults as Fault[]).map(({ file, offset, reason }) => `  HỎNG / DAMAGED ${file} byte ${offset}: ${reason}`));
  return lines;
}
