import { figureDifferences } from '../../../../libs/dataset/testing/index.js';
import { figuresJson } from './figures-json.js';

it('writes amounts as numbers to the last đồng, keys in order, and no text as a number', () => {
  expect(figuresJson({ b: 9_223_372_036_854_775_807n, a: [['2023-01-01', 'x', -5n, '17']] })).toBe(
    '{\n "a": [\n  [\n   "2023-01-01",\n   "x",\n   -5,\n   "17"\n  ]\n ],\n "b": 9223372036854775807\n}');
});

it('is compared figure by figure, where 0 may be left out', () => {
  expect(figureDifferences({ a: 1, b: 0, c: { d: [1, 2] } }, { a: 1n, c: { d: ['1', 2], e: 0 } })).toEqual([]);
  expect(figureDifferences({ a: 1, b: 5, c: { d: [1, 2] } }, { a: 2, c: { d: [1] } })).toEqual([
    '/a: expected 1, found 2', '/b: expected 5, found 0', '/c/d: expected 2 items, found 1', '/c/d/1: expected 2, found 0',
  ]);
});
