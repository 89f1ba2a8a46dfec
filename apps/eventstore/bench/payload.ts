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

/**
 * Batch appends of one event each by the thousand, made by changing the digits of a template: a load generator must
 * cost less than what it measures.
 */
export class AppendTemplate {
  private readonly template: Buffer;
  private readonly places: number[];
  private made = 0;

  /** Every template counts in a series of its own: an id that came before would be answered without being written. */
  constructor(streamPrefix: string) {
    const own = ((process.pid & 0xfffff) << 12) | (series++ & 0xfff);
    const id = numberedId(0xffff_ffff_ffff, own >>> 0);
    this.template = batchAppendFrame({ correlation: id, stream: `${streamPrefix}-${process.pid}-${series}`, events: [{ id, type: PAYLOAD_TYPE, data: PAYLOAD_BYTES }], isFinal: true });
    const digits = Buffer.from('ffffffffffff');
    const first = this.template.indexOf(digits);
    this.places = [first, this.template.indexOf(digits, first + digits.length)];
  }

  /** The next `count` appends in one buffer. */
  next(count: number): Buffer {
    const { template, places } = this;
    const made = Buffer.allocUnsafe(template.length * count);
    for (let index = 0; index < count; index++) {
      const start = index * template.length;
      template.copy(made, start);
      const digits = (++this.made).toString(16).padStart(12, '0');
      for (const place of places) made.write(digits, start + place, 12, 'latin1');
    }
    return made;
  }
}
