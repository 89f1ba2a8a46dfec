/** One environment variable: the single source of docs/configuration.md. */
export interface Variable {
  readonly name: string;
  readonly fallback: string;
  readonly meaning: string;
}

export const VARIABLES = [
  { name: 'SOQUY_DATA', fallback: './data', meaning: 'The data folder: event log, Postgres, secrets, logs, the note of the running instance.' },
  { name: 'SOQUY_HOST', fallback: '127.0.0.1', meaning: 'The address that the API listens on. Loopback, until roles exist.' },
  { name: 'SOQUY_ALLOWED_HOSTS', fallback: '', meaning: 'Names beside the loopback ones that a request\'s Host header may say, separated by commas: those of a proxy in front.' },
  { name: 'SOQUY_PORT', fallback: '3000', meaning: 'The API\'s port; 0 = any free one.' },
  { name: 'SOQUY_PG_PORT', fallback: '5433', meaning: 'The port of the Postgres that `npm start` brings; 0 = any free one.' },
  { name: 'SOQUY_EVENTSTORE_PORT', fallback: '2113', meaning: 'The port of the event store that `npm start` brings; 0 = any free one.' },
  { name: 'SOQUY_PG_URL', fallback: '', meaning: 'An outside Postgres, postgres://user:password@host:port/database; `npm start` then brings none.' },
  { name: 'SOQUY_EVENTSTORE_URL', fallback: '', meaning: 'An outside EventStoreDB or KurrentDB, esdb://… or esdb+discover://…; `npm start` then brings none.' },
  { name: 'SOQUY_TOKENS', fallback: '', meaning: 'Tokens as actor:token, separated by commas; each token at least 16 characters. Instead of the file.' },
  { name: 'SOQUY_TOKENS_FILE', fallback: '<data>/secrets/tokens.json', meaning: 'JSON list of {actorId, token}; made with one token for "treasurer" where it is missing. Mode 0600.' },
  { name: 'SOQUY_MASTER_KEY_FILE', fallback: '<data>/secrets/master.key', meaning: 'The key that wraps the persons\' keys; made where it is missing. Mode 0600. Lost means all names are lost.' },
  { name: 'SOQUY_HASH_SECRET_FILE', fallback: '<data>/secrets/hash.key', meaning: 'The key of input hashes and name search; made where it is missing. Mode 0600.' },
  { name: 'SOQUY_LOG_LEVEL', fallback: 'info', meaning: 'fatal, error, warn, info, debug, trace or silent.' },
] as const satisfies readonly Variable[];

export type VariableName = (typeof VARIABLES)[number]['name'];
