import allergies from './golden/allergies.json' with { type: 'json' };
import conditions from './golden/conditions.json' with { type: 'json' };
import doses from './golden/doses.json' with { type: 'json' };
import interactions from './golden/interactions.json' with { type: 'json' };
import names from './golden/names-and-duplicates.json' with { type: 'json' };
import oncPairs from './golden/onc-pairs.json' with { type: 'json' };
import routes from './golden/routes.json' with { type: 'json' };
import stopped from './golden/stopped.json' with { type: 'json' };
import { checkGolden, type GoldenCase } from './golden/golden-case.fixture.ts';

const CASES = [
  oncPairs,
  interactions,
  routes,
  stopped,
  allergies,
  doses,
  conditions,
  names,
].flat() as unknown as readonly GoldenCase[];

test('there are at least 200 cases, each with its own name', () => {
  expect(new Set(CASES.map(({ id }) => id)).size).toBe(CASES.length);
  expect(CASES.length).toBeGreaterThanOrEqual(200);
});

test.each(CASES.map((each) => [each.id, each] as const))('%s', async (_id, given) => {
  const { issues, notChecked } = await checkGolden(given);
  expect(Object.fromEntries(issues.map(({ key, severity }) => [key, severity]))).toEqual(given.issues);
  const codes = notChecked.map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining([...(given.notChecked ?? [])]));
  for (const code of given.notNotChecked ?? []) expect(codes).not.toContain(code);
});
