import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What the server says over HTTP/1.1. Answers are JSON except for metrics. */
export interface Http1Answers {
  /** False where credentials were sent and are wrong. */
  credentialsAreRight(request: IncomingMessage): boolean;
  isReady(): boolean;
  info(): object;
  gossip(host: string | undefined): object;
  metrics(): Promise<{ contentType: string; text: string }>;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
const MAX_HEADER_BYTES = 16 * 1024;
/** EventStoreDB answers a ping with one of its messages; the number of the message's type means nothing here. */
const PING_ANSWER = { msgTypeId: 0, text: 'Ping request successfully handled' };

/** The few HTTP/1.1 resources: liveness, readiness, ping, metrics, and what clients ask about a node. */
export function createHttp1Endpoint(answers: Http1Answers, onFault: (error: unknown) => void): Server {
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      request.resume();
      answer(answers, request, response).catch((error: unknown) => {
        onFault(error);
        if (!response.headersSent) sendJson(response, 500, { error: 'internal' });
        else response.destroy();
      });
    },
  );
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

async function answer(answers: Http1Answers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!answers.credentialsAreRight(request)) {
    response.setHeader('www-authenticate', 'Basic realm="eventstore"');
    sendJson(response, 401, { error: 'unauthorized' });
    return;
  }
  const path = (request.url ?? '/').split('?')[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendJson(response, isKnown(path) ? 405 : 404, { error: isKnown(path) ? 'method not allowed' : 'not found' });
    return;
  }
  switch (path) {
    case '/health/live':
      response.writeHead(204).end();
      return;
    case '/health/ready':
      sendJson(response, answers.isReady() ? 200 : 503, { ready: answers.isReady() });
      return;
    case '/ping':
      sendJson(response, 200, PING_ANSWER);
      return;
    case '/info':
      sendJson(response, 200, answers.info());
      return;
    case '/gossip':
      sendJson(response, 200, answers.gossip(request.headers.host));
      return;
    case '/metrics': {
      const { contentType, text } = await answers.metrics();
      response.writeHead(200, { 'content-type': contentType }).end(text);
      return;
    }
    default:
      sendJson(response, 404, { error: 'not found' });
  }
}

function isKnown(path: string | undefined): boolean {
  return ['/health/live', '/health/ready', '/ping', '/info', '/gossip', '/metrics'].includes(path ?? '');
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
