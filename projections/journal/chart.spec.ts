import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_TYPES, eventTypesOf } from '@ledger/fund-ledger';
import { ACCOUNT_CODES, CHART } from './chart.js';

describe('the page about the chart of accounts', () => {
  const page = readFileSync(join(process.cwd(), 'docs', 'chart-of-accounts.md'), 'utf8');

  it('lists the accounts of the code', () => {
    const listed = page.split('\n').filter((line) => /^\| \d{4} \|/.test(line));
    expect(listed).toEqual(ACCOUNT_CODES.map((code) => `| ${code} | ${CHART[code].kind} | ${CHART[code].side} | ${CHART[code].vi} | ${CHART[code].en} |`));
  });

  it('says of every event what it books, or that it books nothing', () => {
    const mapped = new Set(page.split('\n').flatMap((line) => /^\| ([A-Z]\w+) \|/.exec(line)?.[1] ?? []));
    mapped.delete('English');
    expect([...mapped].sort()).toEqual([...eventTypesOf('fundBook')].sort());
    const silent = /^Nothing is booked for .*?: (.+?)\. /m.exec(page)?.[1]?.split(', ') ?? [];
    expect(silent.sort()).toEqual(EVENT_TYPES.filter((type) => !mapped.has(type)).sort());
  });
});
