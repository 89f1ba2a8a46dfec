import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Option, type Command } from 'commander';
import { openLedgerParts, PATIENCE_OF_PROGRAMS, type LedgerParts } from '@ledger/command-handling';
import { demandConfiguration, serversOf } from '@ledger/configuration';
import { refusalText } from '@ledger/fund-ledger';
import { awaitProjections, type ProjectionsAwaited } from './await-projections.js';
import { erasePersons, type ErasureOutcome } from './erase-persons.js';
import { findPersons, MOST_PERSONS, PERSON_KINDS, personsInLines, type NotOnePerson, type PersonFound, type PersonKind, type PersonNamed } from './persons-named.js';

const EXIT = { done: 0, refused: 1, unfinished: 3 } as const;

interface Options {
  readonly root?: string;
  readonly from?: string;
  readonly kind?: PersonKind;
  readonly reason?: string;
  readonly actor: string;
  readonly yes: boolean;
}

export function addEraseCommand(program: Command): void {
  program.command('erase')
    .description('xóa vĩnh viễn dữ liệu cá nhân; mọi số tiền giữ nguyên / erase the personal data of people for ever; every amount stays')
    .argument('[persons...]', 'id, hoặc mã cùng với --root / ids, or codes together with --root')
    .option('--root <code>', 'mã của hội gốc, cho các mã / code of the root association, for codes')
    .option('--from <file>', 'tệp: mỗi dòng một id, một mã, hoặc mã hội gốc và mã / file: an id, a code, or a root code and a code in each line')
    .addOption(new Option('--kind <kind>', 'khi một mã có cả hai nghĩa / where a code means both').choices(PERSON_KINDS))
    .option('--reason <text>', 'lý do, ghi vĩnh viễn và không mã hóa: không nêu tên ai / why; kept for ever and in the clear: name nobody')
    .option('--actor <id>', 'người chịu trách nhiệm ghi trong sổ / who answers for it in the log', 'erase')
    .option('--yes', 'không hỏi lại / ask nothing', false)
    .action(async (persons: string[], options: Options) => {
      process.exitCode = await runCommand(persons, options);
    });
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function runCommand(persons: readonly string[], options: Options): Promise<number> {
  const named: PersonNamed[] = [
    ...persons.map((text) => ({ text, rootCode: options.root })),
    ...(options.from === undefined ? [] : personsInLines(readFileSync(options.from, 'utf8'), options.root)),
  ];
  if (named.length === 0 || named.length > MOST_PERSONS) {
    say(`Cần từ 1 đến ${MOST_PERSONS} người / name 1 to ${MOST_PERSONS} people`);
    return EXIT.refused;
  }
  const settings = demandConfiguration(process.env, process.cwd());
  const parts = await openLedgerParts({ ...serversOf(settings), masterKeyFile: settings.masterKeyFile, hashSecretFile: settings.hashSecretFile, patience: PATIENCE_OF_PROGRAMS });
  try {
    const { found, faults } = await findPersons(parts.eventStore, named, options.kind);
    if (faults.length > 0) return tellFaults(faults);
    if (!(await isSure(found.length, options.yes))) return EXIT.refused;
    return await eraseAndTell(parts, found, options);
  } finally {
    await parts.close();
  }
}

async function eraseAndTell(parts: LedgerParts, found: readonly PersonFound[], { actor, reason }: Options): Promise<number> {
  const outcome = await erasePersons(parts, found, { actorId: actor, ...(reason !== undefined && { reason }) });
  if (outcome.kind !== 'erased') return tellUnfinished(outcome);
  say(`Đã xóa ${outcome.erased} người, ${outcome.erasedBefore} người đã xóa từ trước; khóa đã hủy / erased ${outcome.erased}, ${outcome.erasedBefore} erased before; their keys are destroyed`);
  const logId = await parts.eventStore.logId();
  say(`position: ${logId.slice(0, 8)}-${outcome.position}`);
  return tellProjections(await awaitProjections(parts.dataSource, outcome.position, logId));
}

function tellFaults(faults: readonly NotOnePerson[]): number {
  for (const { named, vi, en } of faults) say(`${named.rootCode === undefined ? '' : `${named.rootCode} `}${named.text}: ${vi} / ${en}`);
  say('Chưa xóa ai / nobody was erased');
  return EXIT.refused;
}

function tellUnfinished(outcome: Exclude<ErasureOutcome, { kind: 'erased' }>): number {
  if (outcome.kind === 'refused') {
    say(`${outcome.person.personId} ${outcome.refusal.refused}: ${refusalText(outcome.refusal, 'vi')} / ${refusalText(outcome.refusal, 'en')}`);
    return EXIT.refused;
  }
  say(`Sổ không nhận được lúc này (${outcome.why}); chạy lại cùng lệnh này / the ledger does not answer (${outcome.why}): run the same command again`);
  return EXIT.unfinished;
}

function tellProjections(awaited: ProjectionsAwaited): number {
  if (awaited.kind === 'reached') {
    say('Các bảng đọc không còn dữ liệu của họ / the read tables hold nothing of them any more');
    return EXIT.done;
  }
  const why = awaited.kind === 'stopped' ? awaited.projection : 'behind';
  say(`Các bảng đọc chưa theo kịp (${why}): không mở được nữa nhưng dòng cũ còn đó, chạy lại cùng lệnh này để chờ tiếp / the read tables have not caught up (${why}): nothing opens any more, but old rows are there; run the same command again to go on waiting`);
  return EXIT.unfinished;
}

/** Somebody at a terminal is asked once: there is no way back. */
async function isSure(count: number, yes: boolean): Promise<boolean> {
  if (yes || !process.stdin.isTTY || !process.stdout.isTTY) return true;
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await asking.question(`Xóa vĩnh viễn dữ liệu cá nhân của ${count} người? / Erase the personal data of ${count} people for ever? (xoa/erase) `);
  asking.close();
  return ['xoa', 'xóa', 'erase'].includes(answer.trim().toLowerCase());
}
