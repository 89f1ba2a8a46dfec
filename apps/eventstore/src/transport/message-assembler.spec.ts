import fc from 'fast-check';
import { MessageAssembler } from './message-assembler.js';

const frame = (message: Uint8Array): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

it('finds the same messages however the bytes are cut', () => {
  const message = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 0, maxLength: 40_000, size: 'max' }));
  fc.assert(
    fc.property(fc.array(message, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 20 }), (messages, cuts) => {
      const bytes = Buffer.concat(messages.map(frame));
      const found: Buffer[] = [];
      const assembler = new MessageAssembler(100_000, (one) => found.push(Buffer.from(one)));
      let offset = 0;
      for (let turn = 0; offset < bytes.length; turn++) {
        const end = Math.min(bytes.length, offset + cuts[turn % cuts.length]!);
        expect(assembler.push(bytes.subarray(offset, end))).toBeUndefined();
        offset = end;
      }
      expect(found.map((one) => one.toString('hex'))).toEqual(messages.map((one) => Buffer.from(one).toString('hex')));
    }),
    { numRuns: 200 },
  );
});

it('goes byte by byte', () => {
  const found: string[] = [];
  const assembler = new MessageAssembler(100, (one) => found.push(one.toString()));
  for (const byte of Buffer.concat([frame(Buffer.from('quỹ')), frame(Buffer.alloc(0)), frame(Buffer.from('b'))])) assembler.push(Buffer.from([byte]));
  expect(found).toEqual(['quỹ', '', 'b']);
});

it('refuses what is announced too long before it comes, and what is compressed', () => {
  const nothing = (): void => undefined;
  expect(new MessageAssembler(10, nothing).push(Buffer.from([0, 0, 0, 0, 11]))).toMatchObject({ code: 8 });
  expect(new MessageAssembler(10, nothing).push(Buffer.from([1, 0, 0, 0, 0]))).toMatchObject({ code: 12 });
  const late = new MessageAssembler(10, nothing);
  expect(late.push(Buffer.from([0, 0xff]))).toBeUndefined();
  expect(late.push(Buffer.from([0xff, 0xff, 0xff]))).toMatchObject({ code: 8 });
});

it('hands nothing on after it was stopped, not even from the same bytes', () => {
  const found: string[] = [];
  const assembler = new MessageAssembler(10, (one) => {
    found.push(one.toString());
    assembler.stop();
  });
  assembler.push(Buffer.concat([frame(Buffer.from('a')), frame(Buffer.from('b'))]));
  expect(found).toEqual(['a']);
});
