import fc from 'fast-check';
import { byteText, textOfBytes, type ByteText } from './byte-text.js';

it('comes back as it was, and joins as text does', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(fc.property(text, text, (one, other) => {
    expect(textOfBytes((byteText(one) + byteText(other)) as ByteText)).toBe(one + other);
    expect(Buffer.from(byteText(one), 'latin1')).toEqual(Buffer.from(one));
  }));
});

it.each(['', 'Quỹ khuyến học', 'é', '\u0080', 'abc', '😀'])('has a character for each byte: %j', (text) => {
  expect(byteText(text)).toHaveLength(Buffer.byteLength(text));
});
