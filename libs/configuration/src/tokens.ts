import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readOrMakeSecretFile } from '@ledger/privacy';
import { faultsOfToken, type Configuration, type Token } from './configuration.js';

const FIRST_ACTOR = 'treasurer';

/** The tokens that count: from the environment, or from the file, which is made with one token where it is missing. */
export function loadTokens({ tokens, tokensFile }: Configuration): readonly Token[] {
  if (tokens) return tokens;
  if (!tokensFile) throw new Error('settings name neither tokens nor a file of tokens');
  const made = (): string => {
    const first: Token = { actorId: FIRST_ACTOR, token: randomBytes(32).toString('base64url') };
    return `${JSON.stringify([first], null, 2)}\n`;
  };
  return parseTokens(readOrMakeSecretFile(tokensFile, made), tokensFile);
}

function parseTokens(text: string, file: string): readonly Token[] {
  const refuse = (why: string): never => {
    throw new Error(`SOQUY_TOKENS_FILE ${file}: ${why} Write a JSON list such as [{"actorId": "treasurer", "token": "…"}].`);
  };
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return refuse('is no JSON.');
  }
  if (!Array.isArray(list) || list.length === 0) return refuse('holds no list of tokens.');
  const tokens = list.map((entry: Partial<Token> | null): Token => ({ actorId: String(entry?.actorId ?? ''), token: String(entry?.token ?? '') }));
  for (const [index, token] of tokens.entries()) {
    const [fault] = faultsOfToken(token, tokens.slice(0, index));
    if (fault) refuse(`entry ${index + 1}: ${fault}`);
  }
  return tokens;
}

/** Finds whose token it is, in a time that tells nothing about how much of a guess was right. */
export function tokenRegister(tokens: readonly Token[]): (presented: string) => string | undefined {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  const known = tokens.map(({ actorId, token }) => ({ actorId, hash: digest(token) }));
  return (presented) => {
    const hash = digest(presented);
    let actor: string | undefined;
    for (const entry of known) if (timingSafeEqual(entry.hash, hash)) actor = entry.actorId;
    return actor;
  };
}
