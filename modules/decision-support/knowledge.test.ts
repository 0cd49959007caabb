import fc from 'fast-check';
import { SEVERITIES } from './check-result.ts';
import { checkGolden, type GoldenCase } from './golden/golden-case.fixture.ts';
import { SHIPPED, SHIPPED_RESOURCES } from './knowledge/shipped.ts';
import { INGREDIENTS, membersOf } from './knowledge/vocabulary.ts';

/** Ingredients two by two, each pair once, of which a rule speaks. */
function pairsOf(): ReadonlySet<string> {
  const pairs = new Set<string>();
  for (const { sides } of SHIPPED.interactions) {
    const [first, second] = sides.map(membersOf);
    for (const a of first ?? []) for (const b of second ?? []) if (a !== b) pairs.add([a, b].sort().join('+'));
  }
  return pairs;
}

test('there is as much knowledge as was promised', () => {
  expect(INGREDIENTS.size).toBeGreaterThanOrEqual(250);
  expect(SHIPPED.interactions.length).toBeGreaterThanOrEqual(65);
  expect(pairsOf().size).toBeGreaterThanOrEqual(2000);
  const count = (kind: string): number => SHIPPED.doses.filter((rule) => rule.kind === kind).length;
  expect(count('paediatric')).toBeGreaterThanOrEqual(30);
  expect(count('renal')).toBeGreaterThanOrEqual(30);
  expect(SHIPPED.contraindications.filter(({ kind }) => kind === 'condition').length).toBeGreaterThanOrEqual(40);
});

test('the fifteen pairs of the ONC list are all there', () => {
  const pairs = SHIPPED.interactions.flatMap(({ oncPair }) => oncPair ?? []);
  expect(new Set(pairs).size).toBe(15);
});

test('each two drugs of a pair of the ONC list are found, whichever of them is ordered', async () => {
  for (const { oncPair, sides, severity } of SHIPPED.interactions) {
    if (oncPair === undefined) continue;
    const [first, second] = sides.map(membersOf);
    for (const a of first ?? []) {
      for (const b of second ?? []) {
        if (a === b) continue;
        for (const [ordered, taken] of [
          [a, b],
          [b, a],
        ] as const) {
          const order = { codes: [ordered] };
          const { issues } = await checkGolden({ id: oncPair, order, with: [{ codes: [taken] }], issues: {} });
          const found = issues
            .filter(({ kind }) => kind === 'interaction')
            .map((issue) => SEVERITIES.indexOf(issue.severity));
          expect([ordered, taken, Math.min(...found) <= SEVERITIES.indexOf(severity)]).toEqual([ordered, taken, true]);
        }
      }
    }
  }
});

test('each fact has a citation and says who has looked at it', () => {
  const facts = [...SHIPPED.interactions, ...SHIPPED.contraindications, ...SHIPPED.doses];
  expect(new Set(facts.map(({ id }) => id)).size).toBe(facts.length);
  for (const { citation, reviewStatus } of facts) {
    expect([citation.length > 5, reviewStatus]).toEqual([true, 'clinician-review-required']);
  }
  expect(SHIPPED_RESOURCES).toHaveLength(facts.length);
});

const drugs = fc.constantFrom(...INGREDIENTS.keys());

test('one drug more never takes an alert away', async () => {
  const property = fc.asyncProperty(
    drugs,
    fc.array(drugs, { maxLength: 6 }),
    drugs,
    fc.constantFrom('asthma', 'diabetes', 'epilepsy', 'heart failure'),
    async (ordered, taken, more, condition) => {
      const given = (others: readonly string[]): GoldenCase => ({
        id: 'property',
        order: { codes: [ordered] },
        with: others.map((code) => ({ codes: [code] })),
        conditions: [condition],
        issues: {},
      });
      const before = await checkGolden(given(taken));
      const after = await checkGolden(given([...taken, more]));
      const keys = new Map(after.issues.map(({ key, severity }) => [key, severity]));
      for (const { key, severity } of before.issues) expect([key, keys.get(key)]).toEqual([key, severity]);
    },
  );
  await fc.assert(property, { numRuns: 500 });
});

test('an interaction is found whichever of the two is ordered', async () => {
  const property = fc.asyncProperty(drugs, drugs, async (a, b) => {
    const found = async (ordered: string, other: string): Promise<readonly string[]> => {
      const { issues } = await checkGolden({
        id: 'property',
        order: { codes: [ordered] },
        with: [{ codes: [other] }],
        issues: {},
      });
      return issues.flatMap(({ kind, key }) => (kind === 'interaction' ? [key] : []));
    };
    expect(await found(a, b)).toEqual(await found(b, a));
  });
  await fc.assert(property, { numRuns: 2000 });
});
