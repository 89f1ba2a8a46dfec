export * from './port.js';
export { openPersonVault, PersonKeyMissing, type VaultOptions } from './open-person-vault.js';
export { MasterKeyMissing } from './master-keys.js';
export { SealBroken, openBytes, sealBytes } from './sealing.js';
export { keyTransport, type BarePersonKey, type KeyTransport } from './key-transport.js';
export { keyId, readKeyFile } from './secret-key.js';
export { vaultMigrations } from './migrations.js';
export { SecretFileRefused, readOrMakeSecretFile, readSecretFile, replacePrivateFile } from './secret-file.js';
