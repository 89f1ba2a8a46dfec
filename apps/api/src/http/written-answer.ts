import { textOfBytes, type ByteText } from '@ledger/kernel';

/** An answer that is written already. */
export class WrittenAnswer {
  constructor(readonly text: ByteText) {}

  /** On the long way, where Express writes every answer itself. */
  toJSON(): unknown {
    return JSON.parse(textOfBytes(this.text));
  }
}
