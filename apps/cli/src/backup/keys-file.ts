import { open, type FileHandle } from 'node:fs/promises';
import type { BarePersonKey, KeyTransport } from '@ledger/privacy';
import { keyOf, newLock, SecretRefused, type SealedBy, type Secret } from './locks.js';
import { BackupRefused } from './manifest.js';
import { readHeader, readLines, SealedFileBroken, SealedWriter } from './sealed-file.js';

const FORMAT = 'soquy-backup-keys-1';

interface Header {
  readonly format: typeof FORMAT;
  /** Of the manifest that it belongs to. */
  readonly backup: string;
  readonly sealedBy: SealedBy;
}

/** Secrets of an installation that go with the keys. */
export interface SealedSecrets {
  /** 64 hexadecimal digits: without it repeated commands are not known again and nobody is found by name. */
  readonly hashSecret: string;
  /** The text of the tokens' file, where there is one. */
  readonly tokens?: string;
}

export interface KeyCounts {
  readonly keys: number;
  readonly erased: number;
}

/** One line of the sealed file. */
type Line =
  | { readonly secrets: SealedSecrets }
  | { readonly erased: readonly string[] }
  | { readonly keys: readonly (readonly [personId: string, key: string])[] }
  | { readonly counted: KeyCounts };

/** Writes everything that opens what the log has sealed; the file must not exist. */
export async function writeKeysFile(path: string, backup: string, secret: Secret, secrets: SealedSecrets, transport: KeyTransport): Promise<KeyCounts> {
  const { key, sealedBy } = await newLock(secret);
  const file = await open(path, 'wx', 0o600);
  try {
    const header: Header = { format: FORMAT, backup, sealedBy };
    const writer = await SealedWriter.begin(file, header, key);
    const write = (line: Line): Promise<void> => writer.line(JSON.stringify(line));
    await write({ secrets });
    const counted = { keys: 0, erased: 0 };
    for await (const page of transport.keys()) {
      await write({ keys: page.map((one) => [one.personId, one.key.toString('hex')] as const) });
      counted.keys += page.length;
    }
    for await (const page of transport.erased()) {
      await write({ erased: page });
      counted.erased += page.length;
    }
    await write({ counted });
    await writer.end();
    return counted;
  } finally {
    await file.close();
  }
}

export interface KeysReader {
  secrets(value: SealedSecrets): Promise<void>;
  keys(value: readonly BarePersonKey[]): Promise<void>;
  erased(value: readonly string[]): Promise<void>;
}

/** A backup's keys, unlocked. */
export class KeysFile {
  private constructor(
    private readonly path: string,
    private readonly header: string,
    private readonly key: Buffer,
  ) {}

  /** Reads all of it once, so that nothing is begun with a wrong passphrase or a damaged file. Throws BackupRefused and SecretRefused. */
  static async unlock(path: string, backup: string, secret: (sealedBy: SealedBy) => Promise<Secret>): Promise<KeysFile> {
    const { header, text } = await withFile(path, async (file) => {
      const text = await readHeader(file);
      return { text, header: JSON.parse(text) as Partial<Header> };
    });
    if (header.format !== FORMAT || header.sealedBy === undefined) throw new BackupRefused(`${path} không phải tệp khóa của bản sao lưu / is no keys file of a backup`);
    if (header.backup !== backup) throw new BackupRefused(`${path} thuộc về bản sao lưu khác / belongs to another backup`);
    const keys = new KeysFile(path, text, await keyOf(header.sealedBy, await secret(header.sealedBy)));
    const nothing = (): Promise<void> => Promise.resolve();
    await keys.read({ secrets: nothing, keys: nothing, erased: nothing });
    return keys;
  }

  async read(reader: Partial<KeysReader>): Promise<KeyCounts> {
    const seen = { keys: 0, erased: 0 };
    let counted: KeyCounts | undefined;
    await withFile(this.path, async (file) => {
      for await (const lines of readLines(file, this.header, this.key)) {
        for (const line of lines.map((text) => JSON.parse(text) as Line)) {
          if ('secrets' in line) await reader.secrets?.(line.secrets);
          else if ('counted' in line) counted = line.counted;
          else if ('keys' in line) {
            seen.keys += line.keys.length;
            await reader.keys?.(line.keys.map(([personId, key]) => ({ personId, key: Buffer.from(key, 'hex') })));
          } else {
            seen.erased += line.erased.length;
            await reader.erased?.(line.erased);
          }
        }
      }
    });
    if (counted?.keys === seen.keys && counted.erased === seen.erased) return seen;
    throw new BackupRefused(`${this.path}: không đủ / is not whole`);
  }
}

/** What is wrong with the file or the secret becomes a sentence for whoever restores. */
async function withFile<Result>(path: string, work: (file: FileHandle) => Promise<Result>): Promise<Result> {
  const file = await open(path, 'r');
  try {
    return await work(file);
  } catch (error) {
    if (error instanceof SealedFileBroken) throw new SecretRefused(`${path}: ${error.message} / cụm mật khẩu hay tệp khóa không đúng, hoặc tệp đã bị thay đổi`);
    throw error;
  } finally {
    await file.close();
  }
}
