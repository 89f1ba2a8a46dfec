import { rmSync } from 'node:fs';

export default async function stopTestPostgres(): Promise<void> {
  const running = globalThis.testCluster;
  if (!running) return;
  await running.cluster.stop();
  rmSync(running.folder, { recursive: true, force: true });
}
