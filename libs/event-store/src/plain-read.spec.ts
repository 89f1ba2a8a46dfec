import { isPlain, Messages } from './plain-read.js';

it.each([
  ['esdb://127.0.0.1:2113?tls=false', true],
  ['esdb://a:2113,b:2113?keepAlive=1&tls=false&nodePreference=leader', true],
  ['esdb://127.0.0.1:2113', false],
  ['esdb://127.0.0.1:2113?tls=true', false],
  ['esdb://admin:secret@127.0.0.1:2113?tls=false', false],
])('%s is plain: %s', (url, expected) => {
  expect(isPlain(url)).toBe(expected);
});

const framed = (text: string): Buffer => Buffer.concat([Buffer.from([0, 0, 0, 0, Buffer.byteLength(text)]), Buffer.from(text)]);

it('finds the same messages however the bytes are cut', () => {
  const texts = ['a', '', 'lớn hơn', 'x'.repeat(200)];
  const bytes = Buffer.concat(texts.map(framed));
  for (let size = 1; size <= bytes.length; size += 1) {
    const messages = new Messages();
    const found: string[] = [];
    for (let at = 0; at < bytes.length; at += size) found.push(...messages.take(bytes.subarray(at, at + size)).map(String));
    expect(found).toEqual(texts);
    expect(messages.hasRest).toBe(false);
  }
});

it('says where a message is not whole, and refuses what nobody asked for', () => {
  const messages = new Messages();
  expect(messages.take(framed('abc').subarray(0, 6))).toEqual([]);
  expect(messages.hasRest).toBe(true);
  expect(() => new Messages().take(Buffer.from([1, 0, 0, 0, 1, 0]))).toThrow('compressed');
  expect(() => new Messages().take(Buffer.from([0, 255, 0, 0, 0]))).toThrow('announced');
});
