/** What of a person is sealed. Contacts and school only where given. */
export interface PersonProfile {
  readonly name: string;
  readonly dateOfBirth?: string;
  readonly school?: string;
  readonly contact?: string;
}

export interface SealedItem {
  readonly personId: string;
  readonly use: 'profile' | 'text';
  readonly sealed: string;
}

/** Seals and opens what names a person. A sealed text is `1.<base64url of nonce, ciphertext and tag>`. */
export interface PersonVault {
  /** Makes a key for each person that has none yet; one statement, safe beside others doing the same. Refuses erased persons by returning them. */
  ensureKeys(personIds: readonly string[]): Promise<{ readonly erased: ReadonlySet<string> }>;
  /** AES-256-GCM under the person's key; `use` ('profile' or 'text') is authenticated with it. The key must exist. */
  seal(personId: string, use: 'profile' | 'text', plaintext: string): Promise<string>;
  /**
   * The plaintexts in order; undefined where the person's key is gone ("đã xóa / erased"), whoever destroyed it: the keys
   * are looked up each time. One query for all.
   */
  openMany(items: readonly SealedItem[]): Promise<(string | undefined)[]>;
  /** Deletes the keys, and remembers that these persons are erased. */
  shred(personIds: readonly string[]): Promise<void>;
  /**
   * Keyed hashes of a name, for search without plaintext at rest: first of the whole name, then of each part, without
   * marks or case. To find by words in any order, demand all but the first; to find the whole name, the first.
   */
  nameHashes(name: string): string[];
  /** HMAC-SHA-256 (hex) under the server's secret, for input hashes. */
  inputHash(canonical: string): string;
}

export type RotationOutcome = { readonly kind: 'rotated'; readonly rewrapped: number } | { readonly kind: 'already_rotating' };

/** What whoever looks after the keys may do besides. */
export interface RotatableVault extends PersonVault {
  /**
   * Rewraps every key by a new master key and destroys the old one; other processes go on meanwhile. The same call
   * finishes what a crash interrupted.
   */
  rotateMasterKey(): Promise<RotationOutcome>;
  /** A master key that once wrapped the key of somebody erased is not destroyed yet, or a rotation was interrupted. */
  rotationIsDue(): Promise<boolean>;
}
