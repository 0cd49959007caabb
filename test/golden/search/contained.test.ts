import fc from 'fast-check';
import { openTestEngine, type TestEngine } from '../../harness/test-engine.ts';
import { corpus } from './data/corpus.ts';
import { judge } from './judge/judge.ts';
import { createWorld } from './judge/world.ts';
import { load, searchAll } from './load-corpus.ts';
import { QUERIES } from './queries/queries.ts';
import { randomQueries } from './random-queries.ts';

const RUNS = Number(process.env.GOLDEN_RUNS ?? 300);
/** What contained resources have not: links from outside, a time of their own, includes. */
const OUTSIDE = /_has|include|_list|_lastUpdated/;
/** Basic/…; each contains copies of all resources of one type. */
const container = { code: { text: 'copies' }, resourceType: 'Basic' };

// Nothing contains others while it is contained itself.
const world = createWorld(corpus().map((resource) => ({ ...resource, contained: undefined })));
let engine: TestEngine;

beforeAll(async () => {
  // The corpus has every form of value, and codes without meaning.
  engine = await openTestEngine({ validation: 'structure' });
  await load(engine, world.resources);
  const types = [...new Set(world.resources.map(({ resourceType }) => resourceType))];
  const copies = types.map((type) => {
    const contained = world.resources.filter(({ resourceType }) => resourceType === type);
    return { ...container, id: type, contained };
  });
  await load(engine, copies);
});
afterAll(() => engine.close());

/** What is wrong with the answer about the copies: it must be the judge's about the resources themselves. */
async function difference(url: string, count: number): Promise<readonly string[]> {
  const verdict = judge(world, url);
  const [type = '', query = ''] = url.split(/\?(.*)/s);
  const extra = `&_contained=true&_containedType=contained&_count=${count}&_total=accurate`;
  const encoded = `${type}?${new URLSearchParams(query + extra).toString()}`;
  const answer = await searchAll(engine, encoded).catch((error: unknown) => String(error));
  if (typeof answer === 'string') return [`${url}: ${answer}`];
  const problems: string[] = [];
  if (String([...answer.matches].sort()) !== String([...verdict.matches].sort())) {
    problems.push(`${url}: ${answer.matches.join(' ')} instead of ${verdict.matches.join(' ')}`);
  }
  if (answer.total !== verdict.matches.length) problems.push(`${url}: total ${answer.total}`);
  if (!verdict.isOrdered(answer.matches)) problems.push(`${url}: wrong order`);
  return problems;
}

test.each(Object.entries(QUERIES))('%s: contained copies are found as the judge says', async (_, urls) => {
  const problems: string[] = [];
  for (const url of urls) if (!OUTSIDE.test(url)) problems.push(...(await difference(url, 1000)));
  expect(problems).toEqual([]);
});

test('random searches, by pages of different sizes', async () => {
  await fc.assert(
    fc.asyncProperty(randomQueries, async ({ url, count }) => {
      fc.pre(!OUTSIDE.test(url));
      expect(await difference(url, count)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
}, 3_600_000);
