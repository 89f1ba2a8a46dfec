import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Transform, type Readable } from 'node:stream';
import type { Request } from 'express';
import { csvName, FILE_NAMES, LIMITS_OF_UPLOADS } from '@ledger/dataset';
import { Problem } from '../http/problem.js';
import type { UploadSeal } from './upload-seal.js';

/** Bytes of all files of an upload together: what the import reads at most. */
export const LARGEST_UPLOAD_BYTES = LIMITS_OF_UPLOADS.bytes;

const EXPECTED_FILES = new Set(FILE_NAMES.map(csvName));

/** Where the files of one request go. Set before the first file comes. */
export interface Upload {
  readonly folder: string;
  readonly seal: UploadSeal;
  readonly received: Set<string>;
  bytes: number;
}

export type UploadRequest = Request & { upload?: Upload };

/** What is used of a file that multer hands over. */
interface IncomingFile {
  /** As the client calls it; nothing to build a path from before it was looked up. */
  readonly originalname: string;
  readonly stream: Readable;
  /** Set once it was received. */
  readonly path?: string;
}

type Callback = (error?: Error | null, info?: Pick<IncomingFile, 'path'>) => void;

/** Streams each file of a set into the upload's folder, sealed, under its own name and no other. */
export const uploadStorage = {
  _handleFile(request: UploadRequest, file: IncomingFile, callback: Callback): void {
    receive(request.upload!, file).then((info) => callback(null, info), (error: Error) => callback(error));
  },

  _removeFile(_request: UploadRequest, file: IncomingFile, callback: (error: Error | null) => void): void {
    if (file.path === undefined) return callback(null);
    rm(file.path, { force: true }).then(() => callback(null), callback);
  },
};

async function receive(upload: Upload, file: IncomingFile): Promise<Pick<IncomingFile, 'path'>> {
  const name = file.originalname;
  const refused = whyNot(upload, name);
  if (refused) {
    file.stream.resume();
    throw refused;
  }
  upload.received.add(name);
  const path = join(upload.folder, name);
  await pipeline(file.stream, counting(upload), upload.seal.sealing(name), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  return { path };
}

function whyNot({ received }: Upload, name: string): Problem | undefined {
  if (!EXPECTED_FILES.has(name)) return new Problem(400, 'upload_file_unknown', { details: { file: name.slice(0, 100) } });
  return received.has(name) ? new Problem(400, 'upload_file_repeated', { details: { file: name } }) : undefined;
}

function counting(upload: Upload): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      upload.bytes += chunk.length;
      if (upload.bytes > LARGEST_UPLOAD_BYTES) done(new Problem(413, 'upload_too_large', { details: { limitBytes: String(LARGEST_UPLOAD_BYTES) } }));
      else done(null, chunk);
    },
  });
}
