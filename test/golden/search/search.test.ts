import fc from 'fast-check';
import { openTestEngine, TEST_BASE, type TestEngine } from '../../harness/test-engine.ts';
import { corpus } from './data/corpus.ts';
import { OWN_BASE } from './data/resource.ts';
import { judge } from './judge/judge.ts';
import { createWorld } from './judge/world.ts';
import { load, searchAll } from './load-corpus.ts';
import { QUERIES } from './queries/queries.ts';
import { randomQueries } from './random-queries.ts';

/** 10,000 and more are run before a release: GOLDEN_RUNS=10000 npx jest test/golden/search */
const RUNS = Number(process.env.GOLDEN_RUNS ?? 500);

const world = createWorld(corpus());
let engine: TestEngine;

beforeAll(async () => {
  // The corpus has every form of value, and codes without meaning.
  engine = await openTestEngine({ validation: 'structure' });
  await load(engine, world.resources);
});
afterAll(() => engine.close());

/** Percent-encodes what a person wrote. */
function encoded(url: string, extra: string): string {
  const [type = '', query = ''] = url.split(/\?(.*)/s);
  return `${type}?${new URLSearchParams(`${query}${extra}`).toString()}`;
}

/** What is wrong with the server's answer; empty when it is as the judge says. */
async function difference(url: string, count: number): Promise<readonly string[]> {
  const verdict = judge(world, url);
  const answer = await searchAll(engine, encoded(url, `&_count=${count}&_total=accurate`)).catch((error: unknown) =>
    String(error),
  );
  if (typeof answer === 'string') return [`${url}: ${answer}`];
  const problems: string[] = [];
  const compare = (what: string, actual: readonly string[], expected: readonly string[]): void => {
    const surplus = actual.filter((key) => !expected.includes(key));
    const missing = expected.filter((key) => !actual.includes(key));
    if (surplus.length > 0) problems.push(`${url}: ${what} that should not be: ${surplus.slice(0, 8).join(' ')}`);
    if (missing.length > 0) problems.push(`${url}: ${what} that are missing: ${missing.slice(0, 8).join(' ')}`);
  };
  compare('matches', answer.matches, verdict.matches);
  compare('included', answer.included, verdict.included);
  if (new Set(answer.matches).size !== answer.matches.length) problems.push(`${url}: a match comes twice`);
  if (answer.total !== verdict.matches.length)
    problems.push(`${url}: total ${answer.total} of ${verdict.matches.length}`);
  if (!verdict.isOrdered(answer.matches)) problems.push(`${url}: wrong order`);
  return problems;
}

async function differences(urls: readonly string[], count: number): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const url of urls) problems.push(...(await difference(url, count)));
  return problems;
}

test('absolute references of the corpus are the own ones of the server', () => {
  expect(TEST_BASE).toBe(OWN_BASE);
});

test.each(Object.entries(QUERIES))('%s: the server answers as the judge does', async (_, urls) => {
  expect(await differences(urls, 1000)).toEqual([]);
});

test.each(['sort', 'chain', 'system', 'date'])('%s: pages of 7 add up to the same', async (theme) => {
  expect(await differences(QUERIES[theme] ?? [], 7)).toEqual([]);
});

test('random searches: the server answers as the judge does', async () => {
  await fc.assert(
    fc.asyncProperty(randomQueries, async ({ url, count }) => {
      expect(await difference(url, count)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
}, 3_600_000);
