/** What of a person is sealed. Contacts and school only where given. */
export interface PersonProfile {
  readonly name: string;
  readonly dateOfBirth?: string;
  readonly school?: string;
  readonly contact?: string;
}

/** Seals and opens what names a person. A sealed text is `1.<base64url of nonce, ciphertext and tag>`. */
export interface PersonVault {
  /** Makes a key for each person that has none yet; one statement, safe beside others doing the same. Refuses erased persons by returning them. */
  ensureKeys(personIds: readonly string[]): Promise<{ readonly erased: ReadonlySet<string> }>;
  /** AES-256-GCM under the person's key; `use` ('profile' or 'text') is authenticated with it. The key must exist. */
  seal(personId: string, use: 'profile' | 'text', plaintext: string): Promise<string>;
  /** The plaintexts in order; undefined where the person's key is gone ("đã xóa / erased"). One query for all. */
  openMany(items: readonly { readonly personId: string; readonly use: 'profile' | 'text'; readonly sealed: string }[]): Promise<(string | undefined)[]>;
  /** Deletes the keys, and remembers that these persons are erased. */
  shred(personIds: readonly string[]): Promise<void>;
  /** Keyed hashes of the normalised parts of a name, for search without plaintext at rest. */
  nameHashes(name: string): string[];
  /** HMAC-SHA-256 (hex) under the server's secret, for input hashes. */
  inputHash(canonical: string): string;
}
