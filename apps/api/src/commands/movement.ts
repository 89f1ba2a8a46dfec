import type { Secrets } from '@ledger/command-handling';
import type { MovementBody } from './bodies/movements.js';
import { given } from './given.js';
import { idOf } from './references.js';

/** The part of a command that all movements of a fund share. */
export function movementOf(fund: string, body: MovementBody & { readonly description?: string }) {
  const { effectiveOn, documentDate, externalReference } = body;
  return given({ fundId: idOf('fund', fund), effectiveOn, documentDate, externalReference });
}

/** A description in clear, for movements that name no person. */
export function plain(body: { readonly description?: string }): { description?: string } {
  return body.description === undefined ? {} : { description: body.description };
}

/** Free text that goes sealed under the person's key, where there is any. */
export function sealedFor(personId: string, texts: { readonly description?: string; readonly reason?: string }): { secrets?: Secrets } {
  return Object.keys(texts).length === 0 ? {} : { secrets: { personId, ...texts } };
}
