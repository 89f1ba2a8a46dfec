import { Readable } from 'node:stream';
import { ask, get, withToken, type Answer } from './client.js';

const BOUNDARY = 'a-boundary-that-no-file-contains';

/** The files as one multipart/form-data request. */
export function upload(url: string, files: Readonly<Record<string, string | Buffer>> | readonly (readonly [string, string | Buffer])[], headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const entries = Array.isArray(files) ? (files as readonly (readonly [string, string | Buffer])[]) : Object.entries(files as Record<string, string | Buffer>);
  const parts = entries.flatMap(([name, content]) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n'),
  ]);
  const body = Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
  return ask(url, { method: 'POST', body, headers: { 'accept-language': 'en', 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, ...withToken, ...headers } });
}

/** One file of so many bytes, sent as it is made. */
export function uploadEndless(url: string, name: string, bytes: number): Promise<Answer> {
  const block = Buffer.alloc(256 * 1024, 'x');
  function* content(): Generator<Buffer> {
    yield Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n\r\n`);
    for (let left = bytes; left > 0; left -= block.length) yield left < block.length ? block.subarray(0, left) : block;
    yield Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
  }
  return ask(url, { method: 'POST', body: Readable.from(content(), { objectMode: false }), headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, ...withToken } });
}

const UNDER_WAY = new Set(['checking', 'writing']);

/** Asks until the import has ended; the test's own time limit ends it otherwise. */
export async function ended(url: string): Promise<Answer> {
  for (;;) {
    const answer = await get(url, withToken);
    if (!UNDER_WAY.has(answer.body?.state)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
