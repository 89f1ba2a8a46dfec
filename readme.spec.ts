import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const DOCUMENTS = ['README.md', ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];
const scripts = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts;

/** Files named in backticks, by their path from the project's root. */
function filesNamedIn(text: string): string[] {
  return [...text.matchAll(/`((?:apps|libs|projections|docs|docker|test)\/[\w@./-]+\.(?:ts|md|mjs|json))`/g)].map(([, path]) => path!);
}

it('tells of files that exist', () => {
  const named = filesNamedIn(readFileSync('README.md', 'utf8'));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});

it.each(DOCUMENTS)('%s links to pages that exist', (document) => {
  const links = [...readFileSync(document, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
  expect(links.filter((target) => !existsSync(join(dirname(document), target)))).toEqual([]);
});

it.each(DOCUMENTS)('%s names npm commands that exist', (document) => {
  const commands = [...readFileSync(document, 'utf8').matchAll(/npm (?:run )?(start|test|[a-z]+:[a-z]+)\b/g)].map(([, name]) => name!);
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
});

it('records decisions one after another', () => {
  const numbers = readdirSync('docs/adr').map((name) => Number(name.slice(0, 4))).sort((a, b) => a - b);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});
