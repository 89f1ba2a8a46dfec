import { createHash } from 'node:crypto';

/** Who may ask. Looks a token up by its digest, so that how long a look-up takes says nothing about a token. */
export class Tokens {
  private readonly actors: ReadonlyMap<string, string>;

  constructor(tokens: readonly { readonly actorId: string; readonly token: string }[]) {
    this.actors = new Map(tokens.map((each) => [digest(each.token), each.actorId]));
  }

  /** The actor that the token stands for; undefined where no such token was given out. */
  actorOf(token: string): string | undefined {
    return this.actors.get(digest(token));
  }
}

function digest(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
