import { textOfBytes, type ByteText } from '@ledger/kernel';

/** An answer that is written already. */
export class WrittenAnswer {
  constructor(private readonly text: ByteText) {}

  get bytes(): Buffer {
    return Buffer.from(this.text, 'latin1');
  }

  /** On the long way, where Express writes every answer itself. */
  toJSON(): unknown {
    return JSON.parse(textOfBytes(this.text));
  }
}
