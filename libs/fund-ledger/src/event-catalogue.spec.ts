import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '@ledger/kernel';
import { everyEvent } from '../testing/every-event.js';
import { renderCatalogue, type Fixture } from '../testing/event-catalogue.js';
import { AGGREGATES, deciderOf, effectOf, eventTypesOf, type AggregateName, type FundBookEvent } from './index.js';

const FOLDER = join(process.cwd(), 'libs/fund-ledger/fixtures/events');
const PAGE = join(process.cwd(), 'docs/events.md');
const fixtures = readdirSync(FOLDER).sort().map((name) => ({ name, ...(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Fixture) }));
const typesOfAll = [...new Set(AGGREGATES.flatMap(eventTypesOf))].sort();
const fixturesOf = (aggregate: AggregateName) => eventTypesOf(aggregate).flatMap((type) => fixtures.filter((fixture) => fixture.type === type));

describe('the stored shapes', () => {
  it('each have a fixture, named by type and schema version', () => {
    expect([...new Set(fixtures.map(({ type }) => type))].sort()).toEqual(typesOfAll);
    for (const { name, type, schemaVersion } of fixtures) expect(name).toBe(`${type}.${schemaVersion}.json`);
  });

  it('fold, in the order in which they came about', () => {
    for (const aggregate of AGGREGATES) {
      const decider = deciderOf(aggregate);
      let state = decider.initialState();
      for (const fixture of fixturesOf(aggregate)) state = decider.evolve(state, fixture);
      expect(state).toBeDefined();
    }
  });

  it('of a book tell how they change it; a closing changes nothing', () => {
    for (const fixture of fixturesOf('fundBook')) {
      const effect = effectOf(fixture as unknown as FundBookEvent);
      expect([fixture.type, effect === undefined]).toEqual([fixture.type, fixture.type === 'BooksClosed']);
    }
  });

  it('hold no amount as a number, no number beyond 2^53 and no key that is an integer', () => {
    const visit = (value: unknown, key: string): void => {
      if (typeof value === 'number') expect([key, Number.isSafeInteger(value) && !/amount|delta|remaining|cash|bank|goods|principal|committed/i.test(key)]).toEqual([key, true]);
      if (typeof value === 'object' && value !== null) {
        for (const [name, one] of Object.entries(value)) {
          if (!Array.isArray(value)) expect(name).not.toMatch(/^[0-9]+$/);
          visit(one, name);
        }
      }
    };
    for (const { type, data } of fixtures) visit(data, type);
  });

  it('are what the deciders make today, to the letter', () => {
    const today = everyEvent();
    expect([...today.keys()].sort()).toEqual(typesOfAll);
    for (const { type, data, stream } of fixtures.filter(({ schemaVersion }) => schemaVersion === 1)) {
      expect([stream, canonicalJson(data)]).toEqual([today.get(type)!.stream, canonicalJson(today.get(type)!.event.data)]);
    }
  });
});

it('docs/events.md says what the fixtures say', () => {
  const page = renderCatalogue(fixtures);
  if (process.env['UPDATE_CATALOGUE'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});
