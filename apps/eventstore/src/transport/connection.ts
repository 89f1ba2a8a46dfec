import type { ServerHttp2Session } from 'node:http2';
import type { GrpcCall } from './grpc-call.js';

/** What the server keeps of one HTTP/2 connection: its open calls and what it has waiting for the disk. */
export class Connection {
  readonly calls = new Set<GrpcCall>();
  inFlightAppends = 0;
  inFlightBytes = 0;

  constructor(readonly session: ServerHttp2Session) {}
}
