import { loadDefinitions } from '../../definitions/load.ts';
import { fault } from '../../kernel/fault.ts';
import { assignSlots, createRegistry } from '../registry.ts';
import type { CodeSets, SetMember } from './code-sets.ts';
import { readSearch } from './read-search.ts';

const definitions = loadDefinitions();
const registry = createRegistry(definitions, assignSlots(definitions, []).all);
const SYSTEM = 'http://clinic.example.org/CodeSystem/x';

let asked: string[] = [];
const many = (count: number): SetMember[] =>
  Array.from({ length: count }, (_, index) => ({ system: SYSTEM, code: `${index}` }));

const REPLACED = 'http://hl7.org/fhir/ValueSet/condition-category';

const sets: CodeSets = {
  isReplaced: (_, canonical) => canonical === REPLACED,
  async valueSet(canonical, limit) {
    asked.push(canonical);
    const size = Number(/[0-9]+$/.exec(canonical)?.[0]);
    if (canonical.includes('broken')) throw fault('terminology.cycle', 422, 'processing', 'it imports itself');
    if (canonical.includes('down')) throw fault('terminology.upstream', 503, 'transient', 'no answer');
    return many(Math.min(size, limit));
  },
  async hierarchy(direction, { code }) {
    asked.push(`${direction} ${code}`);
    return [
      { system: SYSTEM, code },
      { system: SYSTEM, code: `${code}-${direction}` },
    ];
  },
};

beforeEach(() => {
  asked = [];
});

async function codes(query: string, lenient = false): Promise<string[]> {
  const input = {
    resourceType: 'Observation',
    query,
    lenient,
    registry,
    definitions,
    baseUrl: 'http://localhost/fhir',
    defaultCount: 20,
    maxCount: 100,
    maxValues: 1000,
  };
  const { filters } = await readSearch(input, sets);
  return [...JSON.stringify(filters).matchAll(/"code":"([^"]+)"\}/g)].map(([, code = '']) => code);
}

test('value sets and hierarchies are asked for once, wherever they stand', async () => {
  expect(await codes('code:in=http://x/2')).toEqual(['0', '1']);
  expect(await codes(`code:below=${SYSTEM}|a`)).toEqual(['a', 'a-below']);
  asked = [];
  await codes(
    `code:in=http://x/3&code:not-in=http://x/3&_filter=code in http://x/3 or code sb ${SYSTEM}|b&_has:Provenance:target:agent-role:in=http://x/4`,
  );
  expect(asked.sort()).toEqual(['above b', 'http://x/3', 'http://x/4']);
});

test('what the definitions hold is not asked for', async () => {
  const known = 'http://hl7.org/fhir/ValueSet/observation-status';
  expect(await codes(`status:in=${known}`)).toContain('final');
  expect(asked).toEqual([]);
  await codes(`code:in=${REPLACED}`);
  expect(asked).toEqual([REPLACED]);
});

test.each([
  [
    'code:in=http://x/broken',
    { status: 400, issues: [{ code: 'processing', text: expect.stringContaining('it imports itself') }] },
  ],
  ['code:in=http://x/10001', { status: 400, issues: [{ code: 'too-costly' }] }],
  [
    'code:in=http://x/9000&category:in=http://x/9001&value-concept:in=http://x/9002&method:in=http://x/9003&component-code:in=http://x/9004&combo-code:in=http://x/9005',
    { status: 400, issues: [{ code: 'too-costly' }] },
  ],
  ['code:in=http://x/down', { status: 503, code: 'terminology.upstream' }],
  ['code:in=http://x/1&colour=red', { status: 400, code: 'search.unknownParameter' }],
])('%s is refused', async (query, expected) => {
  await expect(codes(query)).rejects.toMatchObject(expected);
});

test('a lenient search goes on without a value set that cannot be used, and does not without terminology', async () => {
  expect(await codes('code:in=http://x/broken&status=final', true)).toEqual(['final']);
  await expect(codes('code:in=http://x/down', true)).rejects.toMatchObject({ status: 503 });
});
