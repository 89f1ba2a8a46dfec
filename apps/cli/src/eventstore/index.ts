import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { builtProgram } from '@ledger/configuration';

const TOOLS: readonly (readonly [name: string, what: string])[] = [
  ['verify', 'kiểm tra từng bản ghi của sổ sự kiện / check every record of the event log'],
  ['backup', 'sao lưu nhất quán khi đang chạy / copy a consistent set while it runs'],
  ['restore', 'khôi phục bản sao lưu vào thư mục khác / restore a backup into another folder'],
  ['stat', 'cho biết trong sổ có gì / say what is inside'],
  ['copy', 'chuyển sổ sang máy chủ EventStoreDB khác / move the log to another EventStoreDB'],
];

/** The event store brings its own tools as programs; the command line only starts them. */
export function addEventStoreCommands(program: Command): void {
  const group = program.command('eventstore').description('công cụ cho kho sự kiện nhúng / tools for the embedded event store');
  for (const [name, what] of TOOLS) {
    group.command(name).description(what).allowUnknownOption().helpOption(false).argument('[arguments...]')
      .action(async (args: string[]) => {
        process.exitCode = await run([builtProgram('apps/eventstore/src/commands/main.js'), name, ...args]);
      });
  }
}

function run(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ? 1 : code ?? 1));
  });
}
