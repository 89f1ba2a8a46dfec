export * from './port.js';
export { openPersonVault, PersonKeyMissing, type VaultOptions } from './open-person-vault.js';
export { MasterKeyMissing } from './master-keys.js';
export { SealBroken } from './sealing.js';
export { vaultMigrations } from './migrations.js';
export { nameParts } from './name-hashes.js';
export { MOST_CACHED_KEYS, CACHED_KEY_MS } from './person-keys.js';
export { SecretFileRefused, readOrMakeSecretFile, readSecretFile, replacePrivateFile } from './secret-file.js';
export { runMigrations } from './run-migrations.js';
