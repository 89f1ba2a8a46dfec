import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { ServerLimits } from '../limits.js';
import type { Connection } from './connection.js';
import { GrpcStatus, trailersOf, type GrpcFailure } from './grpc-status.js';
import { MessageAssembler } from './message-assembler.js';

const RESPONSE_HEADERS = { ':status': 200, 'content-type': 'application/grpc', 'grpc-accept-encoding': 'identity' };
/** After a call is answered early, this much of what the client still sends is thrown away before the stream is cut. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;
/** And this long: then the stream is closed from here. Milliseconds. */
const MAX_LINGER_MS = 1_000;
const OK_TRAILERS = { 'grpc-status': '0' };

/** One gRPC call over one HTTP/2 stream. After `closed` every method does nothing. */
export class GrpcCall {
  private responded = false;
  private ended = false;
  private isClosed = false;
  private discarded = 0;
  private trailers: Record<string, string> = OK_TRAILERS;
  private readonly closeListeners: (() => void)[] = [];
  private drainListener: (() => void) | undefined;
  private assembler: MessageAssembler | undefined;

  constructor(
    readonly stream: ServerHttp2Stream,
    readonly headers: IncomingHttpHeaders,
    readonly connection: Connection,
    private readonly limits: ServerLimits,
    private readonly onBug: (error: unknown) => void,
  ) {
    stream.on('close', () => this.onClosed());
    stream.on('drain', () => this.onDrained());
    stream.on('wantTrailers', () => {
      if (!stream.destroyed && !stream.closed) stream.sendTrailers(this.trailers);
    });
  }

  get path(): string {
    return this.headers[':path'] ?? '';
  }

  get closed(): boolean {
    return this.isClosed;
  }

  /** The client gave up or the connection is gone, or the call was answered to its end. */
  get finished(): boolean {
    return this.ended || this.isClosed || this.stream.destroyed || this.stream.closed;
  }

  /** Runs when the stream is gone, whichever side ended it. */
  onClose(listener: () => void): void {
    if (this.isClosed) listener();
    else this.closeListeners.push(listener);
  }

  /** Hands on every message of an append call, then tells its half close. A broken frame ends the call. */
  receiveMany(onMessage: (message: Buffer) => void, onEnd: () => void): void {
    this.receive(this.limits.maxMessageBytes, onMessage, onEnd);
  }

  private receive(maxMessageBytes: number, onMessage: (message: Buffer) => void, onEnd: () => void): void {
    const assembler = new MessageAssembler(maxMessageBytes, onMessage);
    this.assembler = assembler;
    this.stream.on('data', (chunk: Buffer) => {
      if (this.finished) {
        this.discard(chunk.length);
        return;
      }
      this.guard(() => {
        const fault = assembler.push(chunk);
        if (fault !== undefined) this.fail(fault);
      });
    });
    this.stream.on('end', () => {
      if (!this.finished) this.guard(onEnd);
    });
  }

  /** A bug in answering one call must not take the server and everybody else's calls with it. */
  guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.onBug(error);
      this.fail({ code: GrpcStatus.INTERNAL, message: 'the call failed unexpectedly; see the log of the server' });
    }
  }

  /** For calls with a single request message. */
  receiveOne(onMessage: (message: Buffer) => void): void {
    let seen = false;
    this.receive(
      this.limits.maxRequestBytes,
      (message) => {
        if (seen) this.fail({ code: GrpcStatus.INVALID_ARGUMENT, message: 'more than one request message' });
        else onMessage(message);
        seen = true;
      },
      () => {
        if (!seen) this.fail({ code: GrpcStatus.INVALID_ARGUMENT, message: 'no request message' });
      },
    );
  }

  /** Stops reading; HTTP/2 flow control then stops the client. */
  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    if (!this.isClosed) this.stream.resume();
  }

  /** Writes ready gRPC frames; false when the client is not reading fast enough: wait for `onDrain`. */
  write(frames: Buffer): boolean {
    if (this.finished) return false;
    this.respond();
    return this.stream.write(frames);
  }

  /** Runs once when what was written has left, or when the call is over. One waits at a time. */
  onDrain(listener: () => void): void {
    if (this.finished || !this.stream.writableNeedDrain) queueMicrotask(listener);
    else this.drainListener = listener;
  }

  /** Ends with status OK after what was written. */
  finish(): void {
    if (this.finished) return;
    this.respond();
    this.end();
  }

  /** Ends with a failure; what was written before still arrives. */
  fail(failure: GrpcFailure): void {
    if (this.finished) return;
    const trailers = trailersOf(failure);
    if (this.responded) {
      this.trailers = trailers;
      this.end();
      return;
    }
    this.responded = true;
    this.ended = true;
    this.assembler?.stop();
    this.stream.respond({ ...RESPONSE_HEADERS, ...trailers }, { endStream: true });
    this.linger();
  }

  /** Resets the stream so that the client sees CANCELLED, which makes it reconnect. */
  cancel(): void {
    if (this.isClosed) return;
    this.ended = true;
    this.assembler?.stop();
    this.stream.close(constants.NGHTTP2_CANCEL);
  }

  private respond(): void {
    if (this.responded) return;
    this.responded = true;
    this.stream.respond(RESPONSE_HEADERS, { waitForTrailers: true });
  }

  private end(): void {
    this.ended = true;
    this.assembler?.stop();
    this.stream.end();
    this.linger();
  }

  /** Lets a client that was answered early finish sending, within bounds: cutting it off could hide the answer. */
  private linger(): void {
    this.stream.resume();
    if (this.stream.readableEnded) return;
    const timer = setTimeout(() => this.stream.close(constants.NGHTTP2_NO_ERROR), MAX_LINGER_MS);
    timer.unref();
    this.onClose(() => clearTimeout(timer));
  }

  private discard(bytes: number): void {
    this.discarded += bytes;
    if (this.discarded > MAX_DISCARDED_BYTES) this.stream.close(constants.NGHTTP2_NO_ERROR);
  }

  private onClosed(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.assembler?.stop();
    for (const listener of this.closeListeners.splice(0)) listener();
    this.onDrained();
  }

  private onDrained(): void {
    const listener = this.drainListener;
    this.drainListener = undefined;
    listener?.();
  }
}
