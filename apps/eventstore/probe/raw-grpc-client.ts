import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';

/** What came back of one raw call. */
export interface RawAnswer {
  /** HTTP status. */
  http: number;
  /** `grpc-status`; undefined where the stream was reset instead. */
  status: number | undefined;
  message: string;
  trailers: IncomingHttpHeaders;
  /** Length-prefixed messages as they came. */
  body: Buffer;
}

/**
 * gRPC by hand over node:http2, for what the official client cannot do: broken frames, lying lengths, load
 * without the cost of a real client.
 */
export class RawGrpcClient {
  private constructor(readonly session: ClientHttp2Session) {}

  static open(port: number, host = '127.0.0.1', options: { ca?: Buffer; windowBytes?: number } = {}): Promise<RawGrpcClient> {
    const url = `${options.ca === undefined ? 'http' : 'https'}://${host}:${port}`;
    const windowBytes = options.windowBytes ?? 1024 * 1024;
    const session = connect(url, { ...(options.ca === undefined ? {} : { ca: options.ca }), settings: { initialWindowSize: windowBytes, enablePush: false } });
    return new Promise((resolve, reject) => {
      session.once('error', reject);
      session.once('connect', () => {
        session.removeListener('error', reject);
        session.on('error', () => session.destroy());
        session.setLocalWindowSize(windowBytes * 4);
        resolve(new RawGrpcClient(session));
      });
    });
  }

  /** Opens a call; the caller writes and reads the stream. */
  start(path: string, headers: Record<string, string> = {}): ClientHttp2Stream {
    const stream = this.session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    stream.on('error', () => stream.destroy());
    return stream;
  }

  /** One call from first to last byte. */
  call(path: string, body: Buffer, headers: Record<string, string> = {}): Promise<RawAnswer> {
    const stream = this.start(path, headers);
    stream.end(body);
    return answerOf(stream);
  }

  close(): void {
    this.session.destroy();
  }
}

/** Collects a stream to its end, however it ends. */
export function answerOf(stream: ClientHttp2Stream): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let head: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    stream.on('response', (headers) => (head = headers));
    stream.on('trailers', (headers) => (trailers = headers));
    stream.on('data', (chunk: Buffer) => parts.push(chunk));
    stream.on('close', () => {
      const status = trailers['grpc-status'] ?? head['grpc-status'];
      resolve({
        http: Number(head[':status'] ?? 0),
        status: status === undefined ? undefined : Number(status),
        message: decodeURIComponent(String(trailers['grpc-message'] ?? head['grpc-message'] ?? '')),
        trailers: { ...head, ...trailers },
        body: Buffer.concat(parts),
      });
    });
  });
}

/** Cuts what came into messages without their prefixes. */
export function messagesOf(body: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  let offset = 0;
  while (offset + 5 <= body.length) {
    const length = body.readUInt32BE(offset + 1);
    messages.push(body.subarray(offset + 5, offset + 5 + length));
    offset += 5 + length;
  }
  return messages;
}
