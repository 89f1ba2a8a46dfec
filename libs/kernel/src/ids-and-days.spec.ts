import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { parseDay, uuidv5 } from '@ledger/kernel';

it('derives the ids that RFC 9562 has', () => {
  expect(uuidv5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  fc.assert(fc.property(fc.uuid(), fc.string({ unit: 'binary' }), (namespace, name) => {
    const digest = createHash('sha1').update(Buffer.from(namespace.replaceAll('-', ''), 'hex')).update(name, 'utf8').digest();
    digest[6] = (digest[6]! & 0x0f) | 0x50;
    digest[8] = (digest[8]! & 0x3f) | 0x80;
    expect(uuidv5(namespace, name).replaceAll('-', '')).toBe(digest.toString('hex', 0, 16));
  }));
});

it('knows the days of the calendar, and no others', () => {
  const two = (number: number): string => String(number).padStart(2, '0');
  for (const year of ['0000', '0001', '0004', '1900', '1999', '2000', '2023', '2024', '2100', '9999']) {
    for (let month = 0; month <= 13; month += 1) {
      for (let day = 0; day <= 33; day += 1) {
        const text = `${year}-${two(month)}-${two(day)}`;
        const date = new Date(`${text}T00:00:00Z`);
        const isReal = year !== '0000' && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
        expect([text, parseDay(text)]).toEqual([text, isReal ? text : undefined]);
      }
    }
  }
  for (const text of ['2024-1-01', '2024-01-01 ', '2024-01-01T00:00:00Z', '', '20240101', '+002024-01-01']) expect(parseDay(text)).toBeUndefined();
});
