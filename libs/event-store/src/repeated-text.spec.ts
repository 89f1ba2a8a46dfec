import fc from 'fast-check';
import { repeatedText } from './repeated-text.js';

const read = (bytes: Buffer): string => repeatedText(Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')]), 'before'.length, bytes.length);

it('is the text of the bytes, however often and in whatever order texts come', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom('type', 'tape', 'tipe', 'content-type'), fc.string({ maxLength: 80, unit: 'grapheme' })), { maxLength: 200 }), (texts) => {
    const all = texts.map((text) => Buffer.from(text));
    expect(all.map(read)).toEqual(all.map((bytes) => bytes.toString('utf8')));
  }));
});

it('does not see a later change of the bytes', () => {
  const bytes = Buffer.from('DonationReceived');
  repeatedText(bytes, 0, bytes.length);
  bytes.fill('x');
  expect([repeatedText(bytes, 0, bytes.length), read(Buffer.from('DonationReceived'))]).toEqual(['x'.repeat(16), 'DonationReceived']);
});
