/** A small repeatable source of randomness (mulberry32): the same seed, the same attacks. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * limit);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let index = 0; index < length; index++) bytes[index] = this.below(256);
    return bytes;
  }

  /** A copy with a few bytes changed, removed or doubled: mostly still the same message, and a lie somewhere. */
  mutate(original: Buffer): Buffer {
    let bytes: Buffer = Buffer.from(original);
    for (let change = 1 + this.below(4); change > 0 && bytes.length > 0; change--) {
      const at = this.below(bytes.length);
      switch (this.below(4)) {
        case 0:
          bytes[at] = this.below(256);
          break;
        case 1:
          bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
          break;
        case 2:
          bytes = Buffer.concat([bytes.subarray(0, at), this.bytes(1 + this.below(8)), bytes.subarray(at)]);
          break;
        default:
          bytes[at] = 0xff;
      }
    }
    return bytes;
  }
}
