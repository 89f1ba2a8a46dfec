import { keyId, readKeyFile } from './secret-key.js';
import { openBytes, sealBytes } from './sealing.js';

/** A wrapped key, or the vault as a whole, belongs to a master key that is not on file. */
export class MasterKeyMissing extends Error {
  override readonly name = 'MasterKeyMissing';
}

export interface WrappedKey {
  readonly wrappedKey: Buffer;
  readonly masterKeyId: string;
}

/** Where a rotation keeps the key to come until everything is wrapped by it. */
export function nextKeyFile(masterKeyFile: string): string {
  return `${masterKeyFile}.next`;
}

/** The master keys on file: one, or two while a rotation runs. Reads the files again when it meets an unknown id. */
export class MasterKeys {
  private keys: ReadonlyMap<string, Buffer>;

  constructor(private readonly masterKeyFile: string) {
    this.keys = this.read();
  }

  has(masterKeyId: string): boolean {
    if (!this.keys.has(masterKeyId)) this.keys = this.read();
    return this.keys.has(masterKeyId);
  }

  /** Throws MasterKeyMissing. */
  wrap(personId: string, personKey: Buffer, masterKeyId: string): WrappedKey {
    return { wrappedKey: sealBytes(this.get(masterKeyId), contextOf(personId), personKey), masterKeyId };
  }

  /** Throws MasterKeyMissing, and SealBroken where the row was changed. */
  unwrap(personId: string, wrapped: WrappedKey): Buffer {
    return openBytes(this.get(wrapped.masterKeyId), contextOf(personId), wrapped.wrappedKey);
  }

  /** Throws MasterKeyMissing unless that key is on file. */
  demand(masterKeyId: string): void {
    this.get(masterKeyId);
  }

  private get(masterKeyId: string): Buffer {
    const key = this.has(masterKeyId) ? this.keys.get(masterKeyId) : undefined;
    if (key !== undefined) return key;
    throw new MasterKeyMissing(
      `the vault's keys are wrapped by master key ${masterKeyId}, which is not in ${this.masterKeyFile}: put the right file there`,
    );
  }

  private read(): ReadonlyMap<string, Buffer> {
    const keys = new Map<string, Buffer>();
    for (const path of [this.masterKeyFile, nextKeyFile(this.masterKeyFile)]) {
      const key = readKeyFile(path);
      if (key !== undefined) keys.set(keyId(key), key);
    }
    return keys;
  }
}

function contextOf(personId: string): string {
  return `so-quy person key ${personId}`;
}
