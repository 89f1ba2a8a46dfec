/** Counts gRPC messages in a byte stream by their lengths alone. */
export class FrameCounter {
  frames = 0;
  bytes = 0;
  private readonly prefix = Buffer.alloc(5);
  private prefixHeld = 0;
  private bodyLeft = 0;

  /** Takes a chunk; answers how many messages it completed. */
  push(chunk: Buffer): number {
    const before = this.frames;
    this.bytes += chunk.length;
    let offset = 0;
    while (offset < chunk.length) {
      if (this.bodyLeft > 0) {
        const taken = Math.min(this.bodyLeft, chunk.length - offset);
        this.bodyLeft -= taken;
        offset += taken;
        if (this.bodyLeft === 0) this.frames++;
      } else if (this.prefixHeld === 0 && chunk.length - offset >= 5) {
        this.begin(chunk.readUInt32BE(offset + 1));
        offset += 5;
      } else {
        this.prefix[this.prefixHeld++] = chunk[offset++]!;
        if (this.prefixHeld === 5) {
          this.prefixHeld = 0;
          this.begin(this.prefix.readUInt32BE(1));
        }
      }
    }
    return this.frames - before;
  }

  private begin(length: number): void {
    this.bodyLeft = length;
    if (length === 0) this.frames++;
  }
}
