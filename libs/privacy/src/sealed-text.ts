import { SealBroken, openBytes, sealBytes } from './sealing.js';

export type Use = 'profile' | 'text';

const FORM = /^1\.([A-Za-z0-9_-]+)$/;

/** `1.<base64url of nonce, ciphertext and tag>`: opens only with this person's key, for this person and this use. */
export function sealText(key: Buffer, personId: string, use: Use, plaintext: string): string {
  return `1.${sealBytes(key, contextOf(personId, use), Buffer.from(plaintext, 'utf8')).toString('base64url')}`;
}

export function openText(key: Buffer, personId: string, use: Use, sealed: string): string {
  const body = FORM.exec(sealed)?.[1];
  if (body === undefined) throw new SealBroken('this is no sealed text of version 1');
  return openBytes(key, contextOf(personId, use), Buffer.from(body, 'base64url')).toString('utf8');
}

function contextOf(personId: string, use: Use): string {
  return `so-quy 1 ${personId} ${use}`;
}
