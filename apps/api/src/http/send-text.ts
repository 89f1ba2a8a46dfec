import type { ServerResponse } from 'node:http';

/** Of every answer that is no problem. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Ends an answer with its text. Headers and text leave in one piece. */
export function sendText(response: ServerResponse, contentType: string, text: string): void {
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}
