import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENTS } from './documents.ts';
import { ROOT } from './source-files.ts';

/** Without the padding that the formatter gives to tables. */
function content(markdown: string): string[] {
  return markdown.split('\n').map((line) => line.replace(/[ -]+/g, ' ').replaceAll('\\', '').trim());
}

test.each(DOCUMENTS)('%s says what the code says (otherwise: npm run docs)', async (path, text) => {
  expect(content(readFileSync(join(ROOT, path), 'utf8'))).toEqual(content(await text()));
});

const WRITTEN = [
  'README.md',
  'modules/README.md',
  'CONTRIBUTING.md',
  'server/docs/architecture.md',
  'server/docs/search.md',
];

test.each(WRITTEN)('every path that %s names exists', (document) => {
  const markdown = readFileSync(join(ROOT, document), 'utf8');
  const paths = [...markdown.matchAll(/`((?:server|test|\.ci)\/[\w./-]+)`/g)].map((match) => match[1] ?? '');
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
