import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import ts from 'typescript';

// The arrows of the architecture, the sizes and the words of the house style, held by a test.

const ROOTS = ['apps', 'libs', 'projections', 'test'];
const LARGEST_FILE = 250;
const LONGEST_FUNCTION = 70;

/** What each part may import beside itself: parts of ours by name, npm packages by prefix. `node:*` where it says so. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'libs/kernel': ['node:*', 'canonicalize'],
  'libs/fund-ledger': ['libs/kernel'],
  'libs/protobuf': ['node:*'],
  'libs/event-store': ['libs/kernel', 'libs/protobuf', '@eventstore/db-client', 'node:*'],
  'libs/postgres': ['typeorm', 'pg', 'node:*'],
  'libs/privacy': ['libs/kernel', 'libs/postgres', 'typeorm', 'lru-cache', 'node:*'],
  'libs/configuration': ['libs/privacy', 'pino', 'node:*'],
  'libs/command-handling': ['libs/kernel', 'libs/event-store', 'libs/fund-ledger', 'libs/postgres', 'libs/privacy', '@nestjs/common', '@nestjs/core', '@nestjs/cqrs', 'typeorm', 'lru-cache', 'node:*'],
  'libs/projection-runtime': ['libs/kernel', 'libs/event-store', 'libs/postgres', 'typeorm', 'pg', 'lru-cache', 'node:*'],
  'libs/verification': ['libs/kernel', 'libs/fund-ledger', 'libs/event-store', 'node:*'],
  'libs/dataset': ['libs/kernel', 'libs/fund-ledger', 'csv-parse', 'node:*'],
};
const PROJECTION_ARROWS = ['libs/kernel', 'libs/fund-ledger', 'libs/projection-runtime', 'libs/privacy', 'typeorm', '@nestjs/cqrs', '@nestjs/common'];

const BANNED_NAMES = /(^|[-.])(utils?|common|base|manager|helpers?)([-.]|$)/;
// Written in two halves so that this file does not break its own rule.
const BANNED_TEXT: readonly [RegExp, string][] = [
  [new RegExp(`\\b(TO${'DO'}|FIX${'ME'}|XX${'X'})\\b`), 'an unfinished note'],
  [new RegExp(`@ts-${'ignore'}|@ts-${'nocheck'}|eslint-${'disable'}`), 'a silenced checker'],
  [new RegExp(`\\bas ${'any'}\\b|: ${'any'}\\b`), 'an untyped value'],
  [/catch\s*(\([^)]*\))?\s*\{\s*\}/, 'a swallowed error'],
  [/\.catch\(\(\)\s*=>\s*(undefined|null|\{\s*\})\)/, 'a swallowed error'],
  [new RegExp(`\\b(it|test|describe)\\.(on${'ly'}|sk${'ip'})\\(`), 'a test that is left out'],
  [new RegExp(`jest\\.${'mock'}\\(`), 'a mock of our own code'],
  [new RegExp(`registry\\.${'npm'}js`), "a package registry's host"],
];

interface Source { readonly path: string; readonly text: string }

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'fixtures', 'dist'].includes(entry.name) ? [] : filesBelow(path);
    return /\.(ts|mjs|cjs)$/.test(entry.name) ? [path] : [];
  });
}

const sources: Source[] = ROOTS.flatMap(filesBelow).map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const isSpec = (path: string) => path.endsWith('.spec.ts') || path.startsWith('test/') || path.includes('/testing/');
const code = sources.filter(({ path }) => !isSpec(path) && path.endsWith('.ts'));

const partOf = (path: string): string => path.split('/').slice(0, 2).join('/');

function importsOf({ path, text }: Source): string[] {
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
  return found.map((name) => {
    if (name.startsWith('@ledger/')) return `libs/${name.split('/')[1]}`;
    if (name.startsWith('@projections/')) return `projections/${name.split('/')[1]}`;
    if (name.startsWith('.')) return partOf(normalize(join(dirname(path), name)));
    return name.startsWith('node:') ? 'node:*' : name;
  });
}

const mayImport = (allowed: readonly string[], name: string) => allowed.some((one) => name === one || name.startsWith(`${one}/`));

function wrongArrows(source: Source): string[] {
  const part = partOf(source.path);
  const wrong = importsOf(source).filter((name) => {
    if (name === part) return false;
    if (part.startsWith('apps/')) return name.startsWith('apps/');
    const allowed = part.startsWith('projections/') ? PROJECTION_ARROWS : ARROWS[part];
    return !allowed || !mayImport(allowed, name);
  });
  return wrong.map((name) => `${source.path} → ${name}`);
}

function longFunctions({ path, text }: Source): string[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const lineOf = (position: number) => tree.getLineAndCharacterOfPosition(position).line;
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const lines = lineOf(node.getEnd()) - lineOf(node.getStart()) + 1;
      if (lines > LONGEST_FUNCTION) found.push(`${path}:${lineOf(node.getStart()) + 1} has ${lines} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

it('imports only along the arrows', () => {
  expect(code.flatMap(wrongArrows)).toEqual([]);
});

it('lets only the adapter import the event store client', () => {
  const users = code.filter((source) => importsOf(source).some((name) => name.startsWith('@eventstore/')));
  const strangers = users.filter(({ path }) => !path.startsWith('libs/event-store/') && !path.startsWith('apps/eventstore/'));
  expect(strangers.map(({ path }) => path)).toEqual([]);
});

it('keeps files short enough to read', () => {
  const long = code.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 })).filter(({ lines }) => lines > LARGEST_FILE);
  expect(long).toEqual([]);
});

it('keeps functions short enough to hold in the head', () => {
  expect(code.flatMap(longFunctions)).toEqual([]);
});

it('names files for what they hold', () => {
  expect(sources.map(({ path }) => path).filter((path) => BANNED_NAMES.test(basename(path, '.ts')))).toEqual([]);
});

it('leaves nothing unfinished, silenced or swallowed', () => {
  const found = sources.flatMap(({ path, text }) =>
    BANNED_TEXT.filter(([pattern]) => pattern.test(text)).map(([, what]) => `${path}: ${what}`));
  expect(found).toEqual([]);
});

it('speaks of no path of the machine it was written on', () => {
  const paths = new RegExp(`['"\`\\s]/(${'work'}|${'home'})/`);
  expect(sources.filter(({ text }) => paths.test(text)).map(({ path }) => path)).toEqual([]);
});
