import { loadBaseCanonicals, loadBaseStructure } from './base-canonicals.ts';
import { compareVersions, createCanonicals, type CanonicalEntry } from './canonical-index.ts';

const entry = (version: string | undefined, status: string, mark: string): CanonicalEntry => ({
  type: 'ValueSet',
  url: 'http://example.org/vs',
  version,
  status,
  load: () => ({ resourceType: 'ValueSet', name: mark }),
});

const SET = createCanonicals(1, [
  entry('1.0.0', 'active', 'one'),
  entry('10.0.0', 'active', 'ten'),
  entry('9.2.1', 'active', 'nine'),
  entry('11.0.0', 'draft', 'draft'),
  entry('0.1.0', 'retired', 'old'),
  entry('9.2.1', 'active', 'shadowed'),
]);

test.each([
  ['http://example.org/vs', 'ten'],
  ['http://example.org/vs|', 'ten'],
  ['http://example.org/vs|1.0.0', 'one'],
  ['http://example.org/vs|9', 'nine'],
  ['http://example.org/vs|9.2', 'nine'],
  ['http://example.org/vs|11.0.0', 'draft'],
  ['http://example.org/vs|0.1.0#part', 'old'],
  ['http://example.org/vs|2.0.0', undefined],
  ['http://example.org/other', undefined],
])('%s finds %s', (canonical, name) => {
  expect(SET.find('ValueSet', canonical)?.name).toBe(name);
  expect(SET.find('CodeSystem', canonical)).toBeUndefined();
});

test.each([
  ['1.0.0', '1.0.0', 0],
  ['1.2.0', '1.10.0', -1],
  ['7.0.0-ballot', '7.0.0', -1],
  ['7.0.0', '7.0.0-ballot', 1],
  ['2.0.0-alpha', '2.0.0-beta', -1],
  ['2018-08-12', '2019-01-01', -1],
  ['', '1', -1],
])('%s compares to %s as %i', (left, right, sign) => {
  expect(Math.sign(compareVersions(left, right))).toBe(sign);
});

test('the definitions of R4 are there, without snapshots, and their types with one', () => {
  const base = loadBaseCanonicals();
  const bp = base.find('StructureDefinition', 'http://hl7.org/fhir/StructureDefinition/bp');
  expect(bp).toMatchObject({ type: 'Observation', derivation: 'constraint' });
  expect(bp).not.toHaveProperty('snapshot');
  expect(base.find('CodeSystem', 'http://hl7.org/fhir/administrative-gender|4.0.1')).toMatchObject({
    content: 'complete',
  });
  expect([...base.all('ConceptMap')].length).toBeGreaterThan(10);
  expect(loadBaseStructure('HumanName')).toMatchObject({ type: 'HumanName', snapshot: { element: expect.anything() } });
  expect(loadBaseStructure('Nothing')).toBeUndefined();
});
