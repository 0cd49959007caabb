import { loadDefinitions } from '../../server/definitions/load.ts';
import type { Resource } from '../golden/search/data/resource.ts';
import { judge } from '../golden/search/judge/judge.ts';
import { findParameter } from '../golden/search/judge/parameters.ts';
import { valuesOf } from '../golden/search/judge/values.ts';
import { createWorld } from '../golden/search/judge/world.ts';
import { load, searchAll } from '../golden/search/load-corpus.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { describeLines } from './real-data.ts';
import { valuesAsWritten } from './value-as-written.ts';

/** Different values of a parameter that are searched for. */
const VALUES = 4;

const { searchParameters } = loadDefinitions();

/** Searches for values that the resources hold, and for their absence. */
function searchesOf(type: string, resources: readonly Resource[]): string[] {
  const parameters = searchParameters.filter(({ base, type: kind }) => base.includes(type) && kind !== 'composite');
  return parameters.flatMap(({ code, type: kind, target }) => {
    const expression = findParameter(type, code)?.expression ?? '';
    const values = resources.flatMap((resource) => valuesOf(resource, expression));
    const written = values.map((value) => valuesAsWritten(value, kind));
    const wanted = [...new Set(written.flat())].filter((value) => kind !== 'reference' || isTarget(target, value));
    const searches = wanted.slice(0, VALUES).map((value) => `${type}?${code}=${encodeURIComponent(value)}`);
    const isPlain = written.every((texts) => texts.length > 0);
    const sorts =
      isSortedAlike(code, kind) && values.length > 0 ? [`${type}?_sort=${code}`, `${type}?_sort=-${code}`] : [];
    return [...searches, ...sorts, ...(isPlain ? [`${type}?${code}:missing=true`] : [])];
  });
}

/** The judge orders quantities as they are written, the server by canonical unit; `deceased` has no order in the server. */
function isSortedAlike(code: string, kind: string): boolean {
  return kind !== 'special' && kind !== 'quantity' && code !== 'deceased';
}

/** The examples refer to types that the parameter does not allow here and there; such a search is refused. */
function isTarget(targets: readonly string[], reference: string): boolean {
  const [, type = ''] = /^([A-Z]\w+)\/[^/]+$/.exec(reference) ?? [];
  return type === '' || targets.includes(type) || targets.includes('Resource');
}

describeLines('Searches for what the official examples hold', 'r4-examples/r4-examples.ndjson.gz', (lines) => {
  const resources = lines.map((line) => JSON.parse((JSON.parse(line) as { text: string }).text) as Resource);
  const world = createWorld(resources);
  const types = [...new Set(resources.map(({ resourceType }) => resourceType))].sort();
  let engine: TestEngine;

  beforeAll(async () => {
    engine = await openTestEngine({ referentialIntegrity: false, validation: 'structure' });
    await load(engine, resources);
  });

  afterAll(() => engine.close());

  test.each(types)('of %s find what the judge finds', async (type) => {
    const problems: string[] = [];
    const urls = searchesOf(
      type,
      resources.filter(({ resourceType }) => resourceType === type),
    );
    for (const url of urls) {
      const answer = await searchAll(engine, `${url}&_count=1000`).catch((error: unknown) => ({
        matches: [String(error)],
      }));
      const verdict = judge(world, url);
      if (String([...answer.matches].sort()) !== String(verdict.matches)) {
        problems.push(`${url}: ${answer.matches.join(' ')} instead of ${verdict.matches.join(' ')}`);
      } else if (!verdict.isOrdered(answer.matches)) {
        problems.push(`${url}: ${answer.matches.join(' ')} is another order`);
      }
    }
    expect(problems).toEqual([]);
  });
});
