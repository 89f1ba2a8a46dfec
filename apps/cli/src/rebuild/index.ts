import type { Command } from 'commander';
import { demandConfiguration, serversOf } from '@ledger/configuration';
import { projectorDataSource, type ReturnAnswer } from '@ledger/projection-runtime';
import { progressDisplay } from '../progress-display.js';
import { rebuild, type RebuildOutcome } from './rebuild.js';

const EXIT = { done: 0, failed: 1, left: 3 } as const;

export function addRebuildCommand(program: Command): void {
  program.command('rebuild')
    .description('dựng lại bảng đọc từ sổ sự kiện bên cạnh bảng đang dùng, rồi chuyển sang / build a read model anew from the log beside the one in use, then switch to it')
    .argument('<projection>', 'tên bảng đọc, hoặc all / name of the read model, or all')
    .option('--keep', 'giữ bản cũ / keep the former one', false)
    .option('--back', 'quay về bản đã giữ / return to the one that was kept', false)
    .action(async (projection: string, options: { keep: boolean; back: boolean }) => {
      process.exitCode = await runRebuild(projection, options);
    });
}

async function runRebuild(projection: string, { keep, back }: { keep: boolean; back: boolean }): Promise<number> {
  const { pgUrl } = serversOf(demandConfiguration(process.env, process.cwd()));
  const database = await projectorDataSource(pgUrl, 1).initialize();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const display = progressDisplay(process.stderr, 'sự kiện/events');
  let isTold = false;
  try {
    const outcome = await rebuild(database, { projection, keep, back, signal: stopping.signal, onState: ({ progress, isAttended }) => {
      display.show(progress);
      if (!isAttended && !isTold) process.stderr.write('Chưa có projector nào chạy; việc dựng lại sẽ bắt đầu khi nó chạy / no projector is running: the rebuild begins when one does\n');
      isTold = !isAttended;
    } });
    display.end();
    process.stdout.write(`${told(outcome)}\n`);
    if (outcome.kind === 'left_to_the_projector') return EXIT.left;
    return outcome.kind === 'live' ? EXIT.done : EXIT.failed;
  } finally {
    await database.destroy();
  }
}

function told(outcome: RebuildOutcome): string {
  switch (outcome.kind) {
    case 'live': {
      const names = outcome.builds.map(({ name, build }) => `${name} (${build})`).join(', ');
      return `Đang dùng bản mới / live now: ${names}`;
    }
    case 'no_such_projection': return `Không có bảng đọc này; có / there is no such read model, but: ${outcome.known.join(', ')}`;
    case 'no_way_back': return outcome.why.map(({ name, answer }) => `${name}: ${whyNot(answer)}`).join('\n');
    case 'stopped': return `${outcome.projection} đã dừng / has stopped: ${outcome.reason}`;
    case 'replaced': return `${outcome.projection}: bản này đã bị thay bởi một yêu cầu khác / this build was replaced by another request`;
    case 'left_to_the_projector': return 'Projector vẫn dựng tiếp; chạy lại lệnh này để theo dõi / the projector goes on: run this again to watch it';
  }
}

function whyNot(answer: ReturnAnswer): string {
  switch (answer.kind) {
    case 'nothing_kept': return 'không giữ bản cũ nào / no former build was kept (rebuild --keep)';
    case 'rebuild_under_way': return `đang dựng bản ${answer.build}, hãy đợi xong / build ${answer.build} is under way: wait for it`;
    case 'other_version':
      return `bản ${answer.build} thuộc phiên bản ${answer.keptVersion}, chương trình này ghi phiên bản ${answer.liveVersion} / build ${answer.build} is of version ${answer.keptVersion} and this program writes version ${answer.liveVersion}: start that program to return to it`;
    case 'no_such_projection': return 'không có / there is no such read model';
    case 'under_way': return `đang quay về bản ${answer.build} / returning to build ${answer.build}`;
  }
}
