import { GrpcStatus, type GrpcFailure } from './grpc-status.js';

const PREFIX_BYTES = 5;
const FIRST_BUFFER_BYTES = 16 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Cuts what a stream brings into gRPC messages. A message that lies within one chunk is handed on as a view of it;
 * one that spans chunks is copied into a buffer that grows with what has arrived, never with what was announced.
 */
export class MessageAssembler {
  private buffer = NOTHING;
  private held = 0;
  private wanted = PREFIX_BYTES;
  private stopped = false;

  constructor(
    private readonly maxMessageBytes: number,
    private readonly onMessage: (message: Buffer) => void,
  ) {}

  /** No further message is handed on, also not from the chunk being cut. */
  stop(): void {
    this.stopped = true;
    this.buffer = NOTHING;
    this.held = 0;
  }

  /** Takes a chunk; answers why the stream cannot go on, or undefined. */
  push(chunk: Buffer): GrpcFailure | undefined {
    let offset = 0;
    while (!this.stopped && offset < chunk.length) {
      if (this.held > 0) {
        const fault = this.fill(chunk, offset);
        if (typeof fault !== 'number') return fault;
        offset = fault;
        continue;
      }
      const available = chunk.length - offset;
      if (available >= PREFIX_BYTES) {
        const fault = this.inspectPrefix(chunk, offset);
        if (fault !== undefined) return fault;
        if (available >= this.wanted) {
          const start = offset + PREFIX_BYTES;
          offset += this.wanted;
          this.onMessage(chunk.subarray(start, offset));
          continue;
        }
      } else this.wanted = PREFIX_BYTES;
      this.hold(chunk, offset, available);
      return undefined;
    }
    return undefined;
  }

  /** Continues the message that is held; answers the offset behind what it took. */
  private fill(chunk: Buffer, from: number): number | GrpcFailure {
    let offset = from;
    if (this.held < PREFIX_BYTES) {
      offset += this.hold(chunk, offset, Math.min(PREFIX_BYTES - this.held, chunk.length - offset));
      if (this.held < PREFIX_BYTES) return offset;
      const fault = this.inspectPrefix(this.buffer, 0);
      if (fault !== undefined) return fault;
    }
    offset += this.hold(chunk, offset, Math.min(this.wanted - this.held, chunk.length - offset));
    if (this.held === this.wanted) {
      const message = this.buffer.subarray(PREFIX_BYTES, this.wanted);
      this.buffer = NOTHING;
      this.held = 0;
      this.onMessage(message);
    }
    return offset;
  }

  private inspectPrefix(bytes: Buffer, offset: number): GrpcFailure | undefined {
    if (bytes[offset] !== 0) return { code: GrpcStatus.UNIMPLEMENTED, message: 'compressed messages are not supported' };
    const length = bytes.readUInt32BE(offset + 1);
    this.wanted = PREFIX_BYTES + length;
    if (length <= this.maxMessageBytes) return undefined;
    return {
      code: GrpcStatus.RESOURCE_EXHAUSTED,
      message: `a message of ${length} bytes exceeds the limit of ${this.maxMessageBytes}`,
    };
  }

  private hold(chunk: Buffer, offset: number, count: number): number {
    const needed = this.held + count;
    if (needed > this.buffer.length) {
      const capacity = Math.max(needed, Math.min(this.wanted, Math.max(FIRST_BUFFER_BYTES, this.buffer.length * 2)));
      const grown = Buffer.allocUnsafeSlow(capacity);
      this.buffer.copy(grown, 0, 0, this.held);
      this.buffer = grown;
    }
    chunk.copy(this.buffer, this.held, offset, offset + count);
    this.held = needed;
    return count;
  }
}
