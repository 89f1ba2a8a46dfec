import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { builtProgram, projectRoot } from '@ledger/configuration';

/** The sample year goes in by the same command that a treasurer would use; imported before, it changes nothing. */
export function importSample(say: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [builtProgram('apps/cli/src/main.js'), 'import', join(projectRoot(), 'samples/tinh-2023')], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code !== 0) say(`! Không nạp được dữ liệu mẫu / the sample could not be imported (exit code ${code})`);
      resolve();
    });
  });
}
