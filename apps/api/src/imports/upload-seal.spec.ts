import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UploadSeal } from './upload-seal.js';

it('leaves on the disk nothing that can be read, and gives back what was sent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'soquy-upload-'));
  const text = 'code,name\nMH-1,Nguyễn Thị Đào\n'.repeat(50_000);
  const seal = new UploadSeal();
  await pipeline(Readable.from([text]), seal.sealing('donors.csv'), createWriteStream(join(folder, 'donors.csv')));
  expect(readFileSync(join(folder, 'donors.csv')).includes('Nguyễn')).toBe(false);
  const file = await seal.source(folder).open('donors.csv');
  if (file.kind !== 'found') throw new Error(file.kind);
  expect(file.bytes).toBe(Buffer.byteLength(text));
  for (let reading = 0; reading < 2; reading += 1) {
    const chunks: Buffer[] = [];
    for await (const chunk of file.read()) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString('utf8') === text).toBe(true);
  }
  expect(await seal.source(folder).open('funds.csv')).toEqual({ kind: 'missing' });
  rmSync(folder, { recursive: true });
});
