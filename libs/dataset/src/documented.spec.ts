import { readFileSync } from 'node:fs';
import { FAULT_TEXTS } from './fault-texts.js';
import { FILE_NAMES, FORMAT } from './format.js';
import { LIMITS, LIMITS_OF_UPLOADS } from './limits.js';

const document = readFileSync('docs/import-format.md', 'utf8');
const tableRows = document.split('\n').filter((line) => line.startsWith('| ')).map((line) => line.slice(2, -2).split(' | ').map((cell) => cell.trim()));

it('documents every file with its columns', () => {
  const files = tableRows.filter(([name]) => FILE_NAMES.some((file) => file === name));
  const columns = files.map(([name, text]) => [name, text!.replaceAll(/\([^)]*\)/g, '').split(',').map((column) => column.trim())]);
  expect(columns).toEqual(FILE_NAMES.map((file) => [file, Object.keys(FORMAT[file])]));
});

it('documents every fault of its own', () => {
  const codes = tableRows.flatMap(([code]) => /^`([a-z0-9_]+)`$/.exec(code!)?.[1] ?? []).filter((code) => code !== 'posted_seq');
  expect(codes).toEqual(Object.keys(FAULT_TEXTS));
});

it('documents every limit', () => {
  const values = tableRows.flatMap(([, value]) => (/^[0-9,]+$/.test(value ?? '') ? [Number(value!.replaceAll(',', ''))] : []));
  expect(values).toEqual(Object.values(LIMITS));
  const { bytes, rows } = LIMITS_OF_UPLOADS;
  expect(document).toContain(`Through the API a set may have ${bytes.toLocaleString('en')} bytes and ${rows.toLocaleString('en')} rows`);
});
