import { batchAppendFrame, numberedId } from '../probe/raw-requests.js';

/** The event everything is measured with: 417 bytes of JSON, a receipt as the ledger writes it. */
export const PAYLOAD = {
  fundId: 'fund-0c8f5e0e-6c1c-4a53-9f0e-6a86a4f0b7d1',
  amount: '1500000',
  currency: 'VND',
  donorId: 'donor-6b6d8a2b-9c7a-4d51-8a55-2f0a7c1f2b3c',
  voucher: { kind: 'receipt', year: 2026, number: 4711 },
  effectiveOn: '2026-07-31',
  documentDate: '2026-07-30',
  externalReference: 'CTG-2026-07-30-000123456',
  account: 'bank',
  approvals: [],
  note: 'Ung ho hoc bong nam hoc 2026-2027 cho hoc sinh vuot kho',
};
export const PAYLOAD_TYPE = 'DonationReceived';
export const PAYLOAD_BYTES = Buffer.from(JSON.stringify(PAYLOAD).padEnd(417));

let series = 0;
const ID_DIGITS = 12;
const STREAM_DIGITS = 6;
const ID_MARK = 'f'.repeat(ID_DIGITS);
const STREAM_MARK = 'e'.repeat(STREAM_DIGITS);

export interface AppendShape {
  streamPrefix: string;
  /** Appends go round over this many streams. Default 1. */
  streams?: number;
  /** Default 1. */
  eventsAnAppend?: number;
}

/**
 * Batch appends by the thousand, made by changing the digits of a template: a load generator must cost less than what
 * it measures. Every template counts in a series of its own: an id that came before would be answered without being
 * written.
 */
export class AppendTemplate {
  private readonly template: Buffer;
  private readonly idPlaces: number[];
  private readonly streamPlace: number;
  private readonly streams: number;
  private ids = 0;
  private made = 0;

  constructor(shape: AppendShape) {
    const own = ((process.pid & 0xfffff) << 12) | (series++ & 0xfff);
    const id = numberedId(Number.parseInt(ID_MARK, 16), own >>> 0);
    const events = Array.from({ length: shape.eventsAnAppend ?? 1 }, () => ({ id, type: PAYLOAD_TYPE, data: PAYLOAD_BYTES }));
    const stream = `${shape.streamPrefix}-${process.pid}-${series}-${STREAM_MARK}`;
    this.streams = shape.streams ?? 1;
    this.template = batchAppendFrame({ correlation: id, stream, events, isFinal: true });
    this.streamPlace = this.template.indexOf(STREAM_MARK);
    this.idPlaces = [];
    for (let at = this.template.indexOf(ID_MARK); at >= 0; at = this.template.indexOf(ID_MARK, at + ID_DIGITS)) this.idPlaces.push(at);
  }

  /** The next `count` appends in one buffer. */
  next(count: number): Buffer {
    const { template, idPlaces } = this;
    const made = Buffer.allocUnsafe(template.length * count);
    for (let index = 0; index < count; index++) {
      const start = index * template.length;
      template.copy(made, start);
      const stream = (this.made++ % this.streams).toString(16).padStart(STREAM_DIGITS, '0');
      made.write(stream, start + this.streamPlace, STREAM_DIGITS, 'latin1');
      for (const place of idPlaces) made.write((++this.ids).toString(16).padStart(ID_DIGITS, '0'), start + place, ID_DIGITS, 'latin1');
    }
    return made;
  }
}
