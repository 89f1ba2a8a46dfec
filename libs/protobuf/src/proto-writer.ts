const INITIAL_BYTES = 256;
const TWO_POW_32 = 0x1_0000_0000;

/** Bytes a varint of this value takes. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  if (value < 0x1000_0000) return 4;
  return value < 0x8_0000_0000 ? 5 : 5 + varintSize(Math.floor(value / 0x8_0000_0000));
}

/** Writes protobuf into one growing buffer; nested messages are closed by moving their few bytes. */
export class ProtoWriter {
  private buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  private used = 0;

  get size(): number {
    return this.used;
  }

  /** A copy of what was written since the last take(), and an empty writer. */
  take(): Buffer {
    const taken = Buffer.from(this.buffer.subarray(0, this.used));
    this.used = 0;
    return taken;
  }

  /** Non-negative whole numbers (to 2^53) and bigints (to 2^64). Zero is written too: presence matters in a oneof. */
  uint64(field: number, value: number | bigint): this {
    this.varint(field << 3);
    if (typeof value === 'number') this.varint(value);
    else this.bigVarint(BigInt.asUintN(64, value));
    return this;
  }

  bool(field: number, value: boolean): this {
    return this.uint64(field, value ? 1 : 0);
  }

  string(field: number, value: string): this {
    const length = Buffer.byteLength(value, 'utf8');
    this.varint((field << 3) | 2);
    this.varint(length);
    this.room(length);
    this.used += this.buffer.write(value, this.used, length, 'utf8');
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.varint((field << 3) | 2);
    this.varint(value.length);
    return this.raw(value);
  }

  /** The message of no fields, where only its presence says something. */
  empty(field: number): this {
    this.varint((field << 3) | 2);
    this.varint(0);
    return this;
  }

  message(field: number, body: (writer: this) => void): this {
    this.varint((field << 3) | 2);
    const lengthAt = this.used;
    this.room(1);
    this.used += 1;
    body(this);
    const length = this.used - lengthAt - 1;
    const size = varintSize(length);
    if (size > 1) {
      this.room(size - 1);
      this.buffer.copyWithin(lengthAt + size, lengthAt + 1, this.used);
    }
    this.used = lengthAt;
    this.varint(length);
    this.used += length;
    return this;
  }

  raw(value: Uint8Array): this {
    this.room(value.length);
    this.buffer.set(value, this.used);
    this.used += value.length;
    return this;
  }

  /** Wraps what `body` writes as one gRPC message: uncompressed flag, length as four bytes, the bytes. */
  frame(body: (writer: this) => void): this {
    const start = this.used;
    this.room(5);
    this.buffer[start] = 0;
    this.used += 5;
    body(this);
    this.buffer.writeUInt32BE(this.used - start - 5, start + 1);
    return this;
  }

  private varint(value: number): void {
    this.room(10);
    let rest = value;
    while (rest >= TWO_POW_32 / 2) {
      this.buffer[this.used++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    while (rest >= 0x80) {
      this.buffer[this.used++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.used++] = rest;
  }

  private bigVarint(value: bigint): void {
    this.room(10);
    let rest = value;
    while (rest >= 0x80n) {
      this.buffer[this.used++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.buffer[this.used++] = Number(rest);
  }

  private room(count: number): void {
    if (this.used + count <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.used + count));
    this.buffer.copy(grown, 0, 0, this.used);
    this.buffer = grown;
  }
}

const shared = new ProtoWriter();

/** One gRPC message, length prefix included. */
export function grpcFrame(body: (writer: ProtoWriter) => void): Buffer {
  return shared.frame(body).take();
}
