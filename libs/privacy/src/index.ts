export * from './port.js';
export { openPersonVault, PersonKeyMissing, type VaultOptions } from './open-person-vault.js';
export { MasterKeyMissing } from './master-keys.js';
export { SealBroken } from './sealing.js';
export { vaultMigrations } from './migrations.js';
export { SecretFileRefused, readOrMakeSecretFile, replacePrivateFile } from './secret-file.js';
export { runMigrations } from './run-migrations.js';
