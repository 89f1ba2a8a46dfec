import type { ServerResponse } from 'node:http';

/** Of every answer that is no problem. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** From so many characters on, text goes out as bytes of our own making: Node reserves three bytes for each and counts them twice. */
const LONG = 4_096;

/** Ends an answer with its text. Headers and text leave in one piece. */
export function sendText(response: ServerResponse, contentType: string, text: string): void {
  sendBody(response, contentType, text.length < LONG ? text : Buffer.from(text));
}

export function sendBody(response: ServerResponse, contentType: string, body: Buffer | string): void {
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
