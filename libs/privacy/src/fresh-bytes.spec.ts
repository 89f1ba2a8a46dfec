import { freshBytes } from './fresh-bytes.js';

it('never gives the same bytes again, over many fillings of its pool', () => {
  const given = Array.from({ length: 3_000 }, (_, at) => freshBytes(at % 2 === 0 ? 12 : 32));
  expect(given.every((bytes, at) => bytes.length === (at % 2 === 0 ? 12 : 32))).toBe(true);
  expect(new Set(given.map((bytes) => bytes.toString('hex'))).size).toBe(3_000);
});

it('gives bytes of their own: what is taken later changes none of them', () => {
  const first = freshBytes(32);
  const was = first.toString('hex');
  for (let round = 0; round < 1_000; round += 1) freshBytes(32);
  expect(first.toString('hex')).toBe(was);
});
