import type { ServerResponse } from 'node:http';
import { byteText, type ByteText } from '@ledger/kernel';

/** Of every answer that is no problem. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Ends an answer with its text. */
export function sendText(response: ServerResponse, contentType: string, text: string): void {
  sendBytes(response, contentType, byteText(text));
}

/**
 * Headers and text leave in one piece. Node writes such text as it is; a Buffer of it would be memory outside of the
 * heap, and some thousand of those make V8 stop for tens of milliseconds to look for more.
 */
export function sendBytes(response: ServerResponse, contentType: string, text: ByteText): void {
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', text.length);
  response.end(text, 'latin1');
}
