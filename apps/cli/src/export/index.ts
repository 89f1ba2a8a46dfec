import { InvalidArgumentError, Option, type Command } from 'commander';
import pg from 'pg';
import { PATIENCE_OF_PROGRAMS } from '@ledger/command-handling';
import { demandConfiguration, serversOf } from '@ledger/configuration';
import { openEventStore, type EventStore } from '@ledger/event-store';
import { parseDay } from '@ledger/kernel';
import { exportEvents, type EventsExported } from './events/export-events.js';
import { exportJournal, JOURNAL_FORMATS, type JournalExported, type JournalFormatName } from './journal/export-journal.js';
import { ExportOutput, ReaderGone } from './output.js';

const EXIT = { done: 0, refused: 1 } as const;

interface JournalOptions {
  readonly format: JournalFormatName;
  readonly fund?: string;
  readonly association?: string;
  readonly from?: string;
  readonly to?: string;
  readonly out?: string;
  readonly timeout: number;
}
interface EventsOptions { readonly from?: string; readonly to?: string; readonly stream?: string; readonly out?: string }

const OUT = ['--out <file>', 'ghi ra tệp; mặc định là stdout / into a file instead of standard output'] as const;

export function addExportCommands(program: Command): void {
  const parent = program.command('export').description('xuất sổ cho kiểm toán / export the books for auditors');
  parent.command('journal')
    .description('bút toán kép của mọi biến động, có kiểm tra số dư cuối mỗi tháng / double entries of every movement, with balances asserted at each month\'s end')
    .addOption(new Option('--format <format>', 'dạng tệp / format').choices(JOURNAL_FORMATS).default('hledger'))
    .addOption(new Option('--fund <fund>', 'một quỹ: id hoặc cây:mã / one fund: id or tree:code').conflicts('association'))
    .option('--association <association>', 'một hội và mọi đơn vị bên dưới: id hoặc cây:mã / an association with all units below it: id or tree:code')
    .option('--from <day>', 'từ ngày (YYYY-MM-DD) / from this day on', dayOf)
    .option('--to <day>', 'đến hết ngày / up to the end of this day', dayOf)
    .option(...OUT)
    .option('--timeout <seconds>', 'chờ các bảng đọc theo kịp sổ sự kiện tối đa / how long to wait for the read tables to catch up with the log', secondsOf, 60)
    .action(async (options: JournalOptions) => { process.exitCode = await runJournal(options); });
  parent.command('events')
    .description('sổ sự kiện dạng NDJSON, mỗi dòng một sự kiện kèm mã băm / the event log as NDJSON, one event in each line with its hash')
    .option('--from <position>', 'từ vị trí này (kể cả) / from this position on, itself included')
    .option('--to <position>', 'đến vị trí này (kể cả) / up to this position, itself included')
    .option('--stream <name>', 'một dòng sự kiện / one stream')
    .option(...OUT)
    .action(async (options: EventsOptions) => { process.exitCode = await runEvents(options); });
}

function dayOf(text: string): string {
  const day = parseDay(text);
  if (day === undefined) throw new InvalidArgumentError('YYYY-MM-DD');
  return day;
}

function secondsOf(text: string): number {
  if (!/^[0-9]{1,5}$/.test(text)) throw new InvalidArgumentError('số giây / a number of seconds');
  return Number(text);
}

async function runJournal({ format, fund, association, from, to, out, timeout }: JournalOptions): Promise<number> {
  if (from !== undefined && to !== undefined && from > to) return refuse(`${from} > ${to}`);
  const scope = fund !== undefined ? { kind: 'fund', text: fund } as const : association !== undefined ? { kind: 'association', text: association } as const : { kind: 'all' } as const;
  const { pgUrl, eventstoreUrl } = serversOf(demandConfiguration(process.env, process.cwd()));
  const client = new pg.Client({ connectionString: pgUrl, application_name: 'so-quy-export', keepAlive: true });
  // A connection that breaks is told to whoever waits for it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await withStore(eventstoreUrl, (store) => writing(out, (output) => exportJournal(client, store, { format, scope, from, to, timeoutMs: timeout * 1_000 }, output), tellJournal));
  } finally {
    await client.end();
  }
}

async function runEvents({ from, to, stream, out }: EventsOptions): Promise<number> {
  const { eventstoreUrl } = serversOf(demandConfiguration(process.env, process.cwd()));
  return withStore(eventstoreUrl, (store) => writing(out, (output) => exportEvents(store, { from, to, stream }, output), tellEvents), true);
}

/** Events are exported as they are stored. */
async function withStore(url: string, work: (store: EventStore) => Promise<number>, asStored = false): Promise<number> {
  const store = openEventStore(url, { ...PATIENCE_OF_PROGRAMS, ...(asStored && { upcasters: [] }) });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** A reader that went away has what it wanted: that is no failure, and nobody is there to be told. */
async function writing<Outcome extends { readonly kind: string }>(out: string | undefined, work: (output: ExportOutput) => Promise<Outcome>, tell: (outcome: Outcome) => string | undefined): Promise<number> {
  const output = out === undefined ? ExportOutput.to(process.stdout) : ExportOutput.toFile(out);
  let isWhole = false;
  try {
    const outcome = await work(output);
    isWhole = outcome.kind === 'exported';
    if (isWhole) await output.finish();
    const told = tell(outcome);
    if (told !== undefined) process.stderr.write(`${told}\n`);
    return isWhole ? EXIT.done : EXIT.refused;
  } catch (error) {
    isWhole = false;
    if (error instanceof ReaderGone) return EXIT.done;
    throw error;
  } finally {
    if (!isWhole) await output.abandon();
  }
}

function refuse(why: string): number {
  process.stderr.write(`${why}\n`);
  return EXIT.refused;
}

function tellJournal(outcome: JournalExported): string | undefined {
  switch (outcome.kind) {
    case 'exported': return outcome.store === 'asked' ? undefined : 'Sổ sự kiện không trả lời: đây là những gì các bảng đọc có / the event store does not answer: this is what the read tables hold';
    case 'not_found': return 'Không tìm thấy; cần id hoặc cây:mã / not found: an id or tree:code is needed';
    case 'ambiguous': return `Mã này có nhiều nghĩa, hãy dùng id / this code means several, use an id: ${outcome.ids.join(', ')}`;
    case 'behind': return 'Các bảng đọc chưa theo kịp sổ sự kiện, hãy thử lại / the read tables have not caught up with the log: try again';
    case 'stopped': return `Bảng đọc đã dừng / a read table has stopped: ${outcome.projection}`;
    case 'of_another_log': return `Bảng đọc ${outcome.projection} được dựng từ một sổ sự kiện khác, hãy chạy soquy rebuild all / the read table ${outcome.projection} was made from another log: run soquy rebuild all`;
  }
}

function tellEvents(outcome: EventsExported): string | undefined {
  switch (outcome.kind) {
    case 'exported': return undefined;
    case 'position_malformed': return `Vị trí là một số, hoặc <8 ký tự đầu của id sổ>-<số> / a position is a number, or <first 8 of the log's id>-<number>: ${outcome.text}`;
    case 'position_of_another_log': return `Vị trí này thuộc sổ khác / this position is of another log: ${outcome.text}`;
    case 'no_such_position': return `Không có bản ghi nào ở vị trí này / no record stands at this position: ${outcome.text}`;
    case 'no_such_stream': return `Không có dòng sự kiện này / there is no such stream: ${outcome.stream}`;
    case 'system_stream': return `Dòng của máy chủ sự kiện không được xuất / the event store's own streams are not exported: ${outcome.stream}`;
    case 'store_away': return `Sổ sự kiện không trả lời; đã xuất đến vị trí / the event store does not answer; exported up to position: ${outcome.last ?? '-'}`;
  }
}
