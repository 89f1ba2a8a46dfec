import { InvalidArgumentError, type Command } from 'commander';
import { PATIENCE_OF_PROGRAMS } from '@ledger/command-handling';
import { demandConfiguration, serversOf } from '@ledger/configuration';
import { openEventStore } from '@ledger/event-store';
import { BeyondTheLog, type Verdict } from '@ledger/verification';
import { progressDisplay } from '../progress-display.js';
import { differencesTold, summaryTold } from './told.js';
import { verificationDisplay } from './verification-display.js';
import { verifyInParts } from './verify-in-parts.js';

const EXIT = { same: 0, different: 1, undone: 2 } as const;
/** Each difference that is kept takes memory: so many of one kind in one table at the most. */
const MOST_DIFFERENCES = 10_000;
const SHOWN_DIFFERENCES = 20;

interface Options {
  readonly at?: AskedPosition;
  readonly most: number;
  /** False with --no-keys. */
  readonly keys: boolean;
}

/** `log` is the beginning of the log's id, where it was given. */
interface AskedPosition { readonly log: string | undefined; readonly position: bigint }

export function addVerifyCommand(program: Command): void {
  program.command('verify')
    .description('đọc lại toàn bộ sổ sự kiện, so từng dòng của mọi bảng đọc và các đẳng thức / fold the whole log afresh, compare every row of every read model, and whatever has to add up')
    .option('--at <position>', 'một thời điểm đã qua: vị trí trong sổ / a past moment: a position in the log', positionOf)
    .option('--most <count>', `in tối đa chừng ấy sai khác mỗi loại mỗi bảng (đến ${MOST_DIFFERENCES}) / print at most so many differences of each kind and table (up to ${MOST_DIFFERENCES})`, countOf, SHOWN_DIFFERENCES)
    .option('--no-keys', 'không dùng khóa cá nhân: bỏ qua băm của tên / without the persons\' keys: hashes of names are left out')
    .action(async (options: Options) => {
      process.exitCode = await runVerify(options);
    });
}

/** As commands answer it, or the number alone. */
function positionOf(text: string): AskedPosition {
  const [, log, position = ''] = /^(?:([0-9a-f]{8})-)?([0-9]{1,18})$/.exec(text) ?? [];
  if (position === '') throw new InvalidArgumentError('một vị trí như trong câu trả lời, hoặc chỉ con số / a position as in an answer, or its number');
  return { log, position: BigInt(position) };
}

function countOf(text: string): number {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) < 1 || Number(text) > MOST_DIFFERENCES) throw new InvalidArgumentError(`1–${MOST_DIFFERENCES}`);
  return Number(text);
}

async function runVerify(options: Options): Promise<number> {
  try {
    const verdict = await verdictOn(options);
    if (verdict === undefined) return EXIT.undone;
    for (const line of [...differencesTold(verdict), ...summaryTold(verdict)]) process.stdout.write(`${line}\n`);
    return verdict.count === 0 ? EXIT.same : EXIT.different;
  } catch (error) {
    // Whoever runs this in a script tells differences from a server that is away by the exit code.
    const why = error instanceof BeyondTheLog ? `sổ kết thúc ở ${error.end ?? '∅'} / ${error.message}` : error instanceof Error ? error.message : String(error);
    process.stderr.write(`Không kiểm tra được / could not verify: ${why}\n`);
    return EXIT.undone;
  }
}

async function verdictOn({ at, most, keys }: Options): Promise<Verdict | undefined> {
  const logId = await readLogId();
  if (at?.log !== undefined && !logId.startsWith(at.log)) {
    process.stderr.write(`Vị trí ${at.log}-${at.position} thuộc một sổ khác; sổ này là ${logId.slice(0, 8)} / position ${at.log}-${at.position} is of another log; this one is ${logId.slice(0, 8)}\n`);
    return undefined;
  }
  const display = verificationDisplay((unit) => progressDisplay(process.stderr, unit));
  try {
    return await verifyInParts({ at: at?.position, most, keys }, (progress) => display.show(progress));
  } finally {
    display.end();
  }
}

async function readLogId(): Promise<string> {
  const store = openEventStore(serversOf(demandConfiguration(process.env, process.cwd())).eventstoreUrl, PATIENCE_OF_PROGRAMS);
  try {
    return await store.logId();
  } finally {
    await store.close();
  }
}
