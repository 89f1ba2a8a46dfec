import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A text in every form that it might lie in a file: encodings, normal forms, and what JSON, URLs and dumps make of it. */
export function formsOf(text: string): Buffer[] {
  const plain = [text.normalize('NFC'), text.normalize('NFD')].flatMap((form) => [form, form.toUpperCase(), form.toLowerCase()]);
  const bytes = plain.map((form) => Buffer.from(form, 'utf8'));
  const written = bytes.slice(0, 1).concat(bytes.slice(3, 4)).flatMap((utf8) => [utf8.toString('hex'), utf8.toString('hex').toUpperCase(), ...base64Forms(utf8)]);
  const escaped = plain.flatMap((form) => [
    encodeURIComponent(form), encodeURIComponent(form).replaceAll('%20', '+'),
    form.replace(/[^\x20-\x7e]/gu, (one) => [...Array(one.length).keys()].map((at) => `\\u${one.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')),
    form.replace(/[^\x20-\x7e]/gu, (one) => [...Buffer.from(one, 'utf8')].map((byte) => `\\${byte.toString(8)}`).join('')),
  ]);
  const all = [...bytes, ...[...written, ...escaped].map((form) => Buffer.from(form, 'latin1')), Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()];
  return [...new Map(all.map((form) => [form.toString('hex'), form])).values()];
}

/** Base64 and its URL form at each of the three places that a text may have in a group of bytes, without the ends that neighbours change. */
function base64Forms(utf8: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => (['base64', 'base64url'] as const).map((encoding) => {
    const text = Buffer.concat([Buffer.alloc(before), utf8]).toString(encoding).replace(/=+$/, '');
    return text.slice(before === 0 ? 0 : before + 1, -2);
  }));
}

/** All files below some folders; one that vanishes meanwhile holds nothing any more. */
export function filesBelow(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) => readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
}

export interface Find {
  readonly text: string;
  readonly path: string;
}

/** Which of the texts lies in which file, in whatever form. */
export function findRaw(texts: readonly string[], files: readonly string[]): Find[] {
  const wanted = texts.map((text) => ({ text, forms: formsOf(text) }));
  return files.flatMap((path) => {
    const content = read(path);
    return wanted.filter(({ forms }) => forms.some((form) => content.includes(form))).map(({ text }) => ({ text, path }));
  });
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** Every folder that an installation writes to: its data folder, and Postgres' where that lies elsewhere. */
export function foldersOf(dataFolder: string): string[] {
  const note = join(dataFolder, 'postgres-is-at');
  return [dataFolder, ...(existsSync(note) ? [readFileSync(note, 'utf8').trim()] : [])];
}

export function bytesOf(files: readonly string[]): number {
  return files.reduce((sum, path) => sum + (existsSync(path) ? statSync(path).size : 0), 0);
}
