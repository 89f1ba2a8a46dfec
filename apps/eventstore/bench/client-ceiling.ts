import { clientAppends, clientReads } from './client-load.js';
import { BenchServer } from './servers.js';

// The official client's own ceiling, for benches of what stands on it: against the server that does nothing. One line of
// JSON on stdout. client-ceiling [--quick]

const APPENDS = { one: 2_000, many: 12_000 };
const EVENTS = 50_000;
const QUICK_SHARE = 0.05;

async function main(): Promise<void> {
  const share = process.argv.includes('--quick') ? QUICK_SHARE : 1;
  const nothing = await BenchServer.start('nothing', 'bench/null-server.js', [String(EVENTS * share)]);
  try {
    const one = await clientAppends(nothing, 1, APPENDS.one * share);
    const many = await clientAppends(nothing, 64, APPENDS.many * share);
    const subscribed = await clientReads(nothing, 'subscribeToAll', EVENTS * share);
    process.stdout.write(`${JSON.stringify({ appendsOne: one.perSecond, appendsMany: many.perSecond, subscribed: subscribed.perSecond })}\n`);
  } finally {
    await nothing.stop('SIGKILL');
  }
}

main().then(() => process.exit(0), (error: unknown) => {
  process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
  process.exit(1);
});
