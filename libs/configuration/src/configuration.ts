import { join, resolve } from 'node:path';
import { VARIABLES, type VariableName } from './variables.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Token { readonly actorId: string; readonly token: string }

/** The checked settings of every program of the project. Paths are absolute. */
export interface Configuration {
  readonly dataFolder: string;
  readonly host: string;
  /** Without ports, lower case. */
  readonly allowedHosts: readonly string[];
  readonly port: number;
  readonly postgresPort: number;
  readonly eventStorePort: number;
  /** Set where an outside server (or the supervisor's) is to be used. */
  readonly postgresUrl: string | undefined;
  readonly eventStoreUrl: string | undefined;
  readonly tokens: readonly Token[] | undefined;
  /** Undefined where SOQUY_TOKENS gives the tokens. */
  readonly tokensFile: string | undefined;
  readonly masterKeyFile: string;
  readonly hashSecretFile: string;
  readonly logLevel: LogLevel;
}

export const SHORTEST_TOKEN = 16;
const ACTOR = /^[A-Za-z0-9._-]{1,64}$/;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment. Every error names its variable, what is wrong with it and what to write instead. */
export function readConfiguration(environment: Environment, cwd: string): { readonly configuration: Configuration } | { readonly errors: readonly string[] } {
  const errors: string[] = [];
  const textOf = (name: VariableName): string => {
    const given = environment[name]?.trim();
    return given ? given : VARIABLES.find((variable) => variable.name === name)!.fallback;
  };
  const portOf = (name: VariableName): number => {
    const text = textOf(name);
    const port = Number(text);
    if (!/^\d{1,5}$/.test(text) || port > 65_535) errors.push(`${name} is "${text}": write a port from 0 to 65535 (0 = any free one).`);
    return port;
  };
  const urlOf = (name: VariableName, schemes: readonly string[], example: string): string | undefined => {
    const text = textOf(name);
    if (text === '') return undefined;
    // Never repeated: it may hold a password.
    if (!schemes.some((scheme) => new RegExp(`^${scheme.replace('+', '\\+')}://[^/?]`).test(text))) errors.push(`${name} is no connection string: write one like ${example}.`);
    return text;
  };
  const dataFolder = resolve(cwd, textOf('SOQUY_DATA'));
  const fileOf = (name: VariableName): string => resolve(cwd, textOf(name).replace('<data>', dataFolder));
  const logLevel = textOf('SOQUY_LOG_LEVEL') as LogLevel;
  if (!LOG_LEVELS.includes(logLevel)) errors.push(`SOQUY_LOG_LEVEL is "${logLevel}": write one of ${LOG_LEVELS.join(', ')}.`);
  const host = textOf('SOQUY_HOST');
  if (!/^[A-Za-z0-9.:_-]+$/.test(host)) errors.push(`SOQUY_HOST is "${host}": write an address such as 127.0.0.1.`);
  const allowedHosts = textOf('SOQUY_ALLOWED_HOSTS').toLowerCase().split(',').map((name) => name.trim()).filter(Boolean);
  if (!allowedHosts.every((name) => /^[a-z0-9.:_-]+$/.test(name))) errors.push('SOQUY_ALLOWED_HOSTS holds something that is no host name: write names such as soquy.example.vn, without ports, separated by commas.');
  const tokens = tokensOf(textOf('SOQUY_TOKENS'), errors);
  const configuration: Configuration = {
    dataFolder, host, allowedHosts, logLevel, tokens,
    port: portOf('SOQUY_PORT'), postgresPort: portOf('SOQUY_PG_PORT'), eventStorePort: portOf('SOQUY_EVENTSTORE_PORT'),
    postgresUrl: urlOf('SOQUY_PG_URL', ['postgres', 'postgresql'], 'postgres://user:password@host:5432/database'),
    eventStoreUrl: urlOf('SOQUY_EVENTSTORE_URL', ['esdb', 'esdb+discover'], 'esdb://host:2113?tls=false'),
    tokensFile: tokens ? undefined : fileOf('SOQUY_TOKENS_FILE'),
    masterKeyFile: fileOf('SOQUY_MASTER_KEY_FILE'), hashSecretFile: fileOf('SOQUY_HASH_SECRET_FILE'),
  };
  return errors.length > 0 ? { errors } : { configuration };
}

/** The folder that the running instance of these settings notes itself in. */
export function instanceFile(dataFolder: string): string {
  return join(dataFolder, 'instance.json');
}

function tokensOf(text: string, errors: string[]): readonly Token[] | undefined {
  if (text === '') return undefined;
  const all: Token[] = [];
  text.split(',').forEach((entry, index) => {
    // Only the first colon parts them: a token may hold others.
    const [, actorId = '', token = ''] = /^([^:]*):(.*)$/s.exec(entry.trim()) ?? [];
    for (const why of faultsOfToken({ actorId, token }, all.slice(0, index))) errors.push(`SOQUY_TOKENS, entry ${index + 1}: ${why}`);
    all.push({ actorId, token });
  });
  return all;
}

/** What is wrong with a token beside the others; the token itself is never repeated. */
export function faultsOfToken({ actorId, token }: Token, others: readonly Token[]): string[] {
  return [
    ...(ACTOR.test(actorId) ? [] : ['the actor needs 1 to 64 letters, digits, dots, dashes or underscores; write actor:token.']),
    ...(token.length >= SHORTEST_TOKEN ? [] : [`the token needs at least ${SHORTEST_TOKEN} characters.`]),
    ...(others.some((other) => other.token === token && other.actorId !== actorId) ? ['the token is another actor\'s already; give each its own.'] : []),
  ];
}

/** The settings, or an end with every error on stderr and exit code 2: for the first lines of a program. */
export function demandConfiguration(environment: Environment, cwd: string): Configuration {
  const read = readConfiguration(environment, cwd);
  if ('configuration' in read) return read.configuration;
  process.stderr.write(`${read.errors.join('\n')}\n`);
  process.exit(2);
}
