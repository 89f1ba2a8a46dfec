import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { CannotStart } from './preflight.js';

/**
 * Claims the data folder for this process. The claim is a socket name that the operating system gives to one process
 * and takes back when it ends, however it ends: nothing is left to clean up after a kill. Where there are no such
 * names, the event store's own lock on its folder is what refuses a second start.
 */
export async function claimDataFolder(folder: string): Promise<Server | undefined> {
  const name = `soquy-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32)}`;
  const address = { linux: `\0${name}`, win32: `\\\\.\\pipe\\${name}` }[process.platform as string];
  if (address === undefined) return undefined;
  const claim = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    claim.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code !== 'EADDRINUSE' ? error : new CannotStart(
        `Thư mục dữ liệu ${folder} đang được một tiến trình Sổ Quỹ khác dùng: hãy dừng tiến trình đó, hoặc đặt SOQUY_DATA là thư mục khác. / ` +
        `The data folder ${folder} is in use by another running Sổ Quỹ: stop that one, or set SOQUY_DATA to another folder.`,
      ));
    });
    claim.listen(address, () => resolve());
  });
  claim.unref();
  return claim;
}
