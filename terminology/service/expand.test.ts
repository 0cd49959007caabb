import { stringifyJson, parseJson, type JsonObject } from '../../server/kernel/json.ts';
import type { CodeSystem, CodeSystemSource, ConceptQuery } from '../code-system.ts';
import { objectAt, objectsAt } from '../resource/elements.ts';
import { resourceCodeSystem } from '../resource/resource-code-system.ts';
import { ANIMALS, animals } from '../resource/resource.fixture.ts';
import { canonicalsOf, codesOf, serviceOver, valueSet, VS } from './service.fixture.ts';
import { createTerminology } from './terminology.ts';

const older: JsonObject = {
  ...animals,
  version: '1.0.0',
  concept: [{ code: 'dog', display: 'Hound' }, { code: 'mammoth' }],
};
const gerbil: JsonObject = {
  resourceType: 'CodeSystem',
  url: 'http://clinic.example.org/CodeSystem/animals-de',
  version: '1',
  status: 'active',
  content: 'supplement',
  supplements: ANIMALS,
  language: 'de',
  concept: [{ code: 'whale', designation: [{ language: 'de', value: 'Blauwal' }] }],
};

const all = valueSet('all', { include: [{ system: ANIMALS }] });
const service = serviceOver([
  animals,
  older,
  gerbil,
  all,
  valueSet('below', { include: [{ system: ANIMALS, filter: [{ property: 'concept', op: 'is-a', value: 'dog' }] }] }),
  valueSet('listed', {
    include: [
      { system: ANIMALS, concept: [{ code: 'whale', display: 'Big fish' }, { code: 'unicorn' }, { code: 'dog' }] },
    ],
  }),
  valueSet('active', { inactive: false, include: [{ system: ANIMALS }] }),
  valueSet('both', { include: [{ system: ANIMALS, valueSet: [`${VS}/below`, `${VS}/listed`] }] }),
  valueSet('imports', { include: [{ valueSet: [`${VS}/below`] }, { valueSet: [`${VS}/listed`] }] }),
  valueSet('without', { include: [{ system: ANIMALS }], exclude: [{ valueSet: [`${VS}/below`] }] }),
  valueSet('older', { include: [{ system: ANIMALS, version: '1.0.0' }] }),
  valueSet('any-1', { include: [{ system: ANIMALS, version: '1.x' }] }),
  valueSet('mixed', {
    include: [
      { system: ANIMALS, version: '1.0.0' },
      { system: ANIMALS, version: '2.0.0', concept: [{ code: 'dog' }] },
    ],
  }),
  valueSet('circle-a', { include: [{ valueSet: [`${VS}/circle-b`] }] }),
  valueSet('circle-b', { include: [{ system: ANIMALS }], exclude: [{ valueSet: [`${VS}/circle-a`] }] }),
  valueSet('unheld', { include: [{ system: 'http://clinic.example.org/CodeSystem/unheld' }] }),
  valueSet('unheld-import', { include: [{ valueSet: [`${VS}/nowhere`] }] }),
  valueSet(
    'german',
    { include: [{ system: ANIMALS }] },
    {
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/valueset-supplement', valueCanonical: gerbil.url }],
    },
  ),
  {
    resourceType: 'ValueSet',
    url: `${VS}/stored`,
    status: 'active',
    expansion: { contains: [{ system: ANIMALS, code: 'dog', contains: [{ system: ANIMALS, code: 'poodle' }] }] },
  },
  { ...animals, url: `${ANIMALS}-whole`, valueSet: `${VS}/whole` },
]);

function expand(name: string, parameters: Record<string, string | number | boolean> = {}): Promise<JsonObject> {
  const given = Object.entries(parameters).map(([key, value]): JsonObject => ({
    name: key,
    valueString: String(value),
  }));
  return service.expand({ parameters: [{ name: 'url', valueUri: `${VS}/${name}` }, ...given] });
}

test.each<[string, Record<string, string | number | boolean>, readonly string[]]>([
  ['all', {}, ['mammal(dog(poodle) dodo whale)', 'swimmer']],
  ['all', { excludeNested: true }, ['mammal', 'dog', 'poodle', 'dodo', 'whale', 'swimmer']],
  ['all', { activeOnly: true }, ['mammal(dog(poodle) whale)', 'swimmer']],
  ['active', { excludeNested: true }, ['mammal', 'dog', 'poodle', 'whale', 'swimmer']],
  ['all', { excludeNotForUI: true, excludeNested: true }, ['dog', 'poodle', 'dodo', 'whale', 'swimmer']],
  ['all', { offset: 2, count: 2 }, ['poodle', 'dodo']],
  ['all', { count: 0 }, []],
  ['all', { filter: 'dog' }, ['dog', 'poodle']],
  ['below', {}, ['dog(poodle)']],
  ['listed', {}, ['whale', 'dog']],
  ['listed', { filter: 'fish' }, ['whale']],
  ['both', {}, ['dog']],
  ['imports', {}, ['dog', 'poodle', 'whale']],
  ['without', {}, ['mammal', 'dodo', 'whale', 'swimmer']],
  ['older', {}, ['dog', 'mammoth']],
  ['any-1', {}, ['dog', 'mammoth']],
  ['any-1', { 'force-system-version': `${ANIMALS}|2.0.0`, excludeNested: true, count: 1 }, ['mammal']],
  ['all', { 'system-version': `${ANIMALS}|1.x.x` }, ['dog', 'mammoth']],
  ['mixed', {}, ['dog', 'mammoth', 'dog']],
  ['mixed', { versionsMatch: true }, ['dog', 'mammoth']],
  ['mixed', { 'exclude-system': `${ANIMALS}|2.0.0` }, ['dog', 'mammoth']],
  ['stored', {}, ['dog', 'poodle']],
  ['whole', { count: 2 }, ['mammal', 'dog']],
])('%s %j', async (name, parameters, expected) => {
  expect(codesOf(await expand(name, parameters))).toEqual(expected);
});

test('what it was made with and from is told', async () => {
  const { expansion } = await expand('imports', { activeOnly: true, displayLanguage: 'de;q=0.5, en' });
  const told = objectsAt(expansion as JsonObject, 'parameter').map(
    (each) => `${String(each.name)} ${String(Object.values(each)[1])}`,
  );
  expect(told).toEqual([
    'activeOnly true',
    'displayLanguage de; q=0.5, en',
    `used-codesystem ${ANIMALS}|2.0.0`,
    `used-valueset ${VS}/below|1`,
    `used-valueset ${VS}/listed|1`,
  ]);
});

test('displays, designations, properties and marks', async () => {
  const expanded = await expand('german', {
    displayLanguage: 'de',
    includeDesignations: true,
    property: 'legs',
    excludeNested: true,
  });
  const contains = objectsAt(objectAt(expanded, 'expansion'), 'contains');
  const [mammal, dog, , dodo, whale] = contains;
  expect(mammal).toMatchObject({ abstract: true, display: 'Mammal' });
  expect(dog).toMatchObject({
    display: 'Hund',
    designation: [
      { language: 'en', value: 'Dog' },
      { language: 'fr-CA', value: 'Chien' },
    ],
    extension: [{ extension: [{ valueCode: 'legs' }, { valueInteger: 4 }] }],
  });
  expect(dodo).toMatchObject({
    inactive: true,
    extension: [{ extension: [{ valueCode: 'status' }, { valueCode: 'retired' }] }],
  });
  expect(whale).toMatchObject({ display: 'Blauwal' });
});

test('the digits of decimals stay as they are written', async () => {
  const weighed = parseJson(
    `{"resourceType":"CodeSystem","url":"${ANIMALS}","status":"active","content":"complete","concept":[{"code":"cat","property":[{"code":"weight","valueDecimal":4.50}]}]}`,
  ) as JsonObject;
  const scales = serviceOver([weighed, all]);
  const parameters = [
    { name: 'url', valueUri: `${VS}/all` },
    { name: 'property', valueCode: 'weight' },
  ];
  expect(stringifyJson(await scales.expand({ parameters }))).toContain('"valueDecimal":4.50');
});

test.each<[string, Record<string, string | number | boolean>, string, RegExp]>([
  ['circle-a', {}, 'terminology.cycle', /Cyclic reference detected when including .*circle-a\|1 via/],
  [
    'unheld',
    {},
    'terminology.codeSystem',
    /CodeSystem 'http:.*unheld' could not be found, so the value set cannot be expanded/,
  ],
  ['unheld-import', {}, 'terminology.valueSet', /value Set '.*nowhere' could not be found/],
  ['nowhere', {}, 'terminology.valueSet', /value Set '.*nowhere' could not be found/],
  ['all', { 'force-system-version': `${ANIMALS}|3.0` }, 'terminology.codeSystem', /Valid versions: 1\.0\.0 or 2\.0\.0/],
  [
    'older',
    { 'check-system-version': `${ANIMALS}|2.x.x` },
    'terminology.versionCheck',
    /'1\.0\.0' is not allowed .* required to be '2\.x\.x'/,
  ],
  [
    'all',
    { useSupplement: 'http://nowhere' },
    'terminology.supplement',
    /Required supplement not found: http:\/\/nowhere/,
  ],
  ['all', { count: -1 }, 'terminology.parameter', /count: '-1' is not a whole number/],
  ['all', { activeOnly: 'maybe' }, 'terminology.parameter', /activeOnly: 'maybe' is not a boolean; true and false/],
  ['all', { date: '2020-01-01' }, 'terminology.parameter', /date is not supported/],
])('%s %j is refused: %s', async (name, parameters, code, text) => {
  const error: unknown = await expand(name, parameters).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code });
  expect(String(error)).toMatch(text);
});

test.each([
  [{ include: [{ concept: [{ code: 'a' }] }] }, /include\[0\] has neither a system nor a valueSet/],
  [{ include: [{ system: ANIMALS, filter: [{ property: 'concept', op: 'is-a' }] }] }, /op = is-a has no value/],
])('%j is refused', async (compose, text) => {
  const parameters = [{ name: 'valueSet', resource: valueSet('given', compose) }];
  await expect(service.expand({ parameters })).rejects.toThrow(text);
});

test('more codes than the limit: a refusal, a part of them, or a page', async () => {
  const concept = Array.from({ length: 50 }, (_, index) => ({ code: `c${index}` }));
  const many = serviceOver(
    [
      { ...animals, concept },
      all,
      valueSet('narrowed', { include: [{ system: ANIMALS, valueSet: [`${VS}/few`] }] }),
      valueSet('few', { include: [{ system: ANIMALS, concept: [{ code: 'c7' }] }] }),
      valueSet('twice', { include: [{ system: ANIMALS }, { valueSet: [`${VS}/all`] }] }),
    ],
    [],
    20,
  );
  const url = (name: string): JsonObject => ({ name: 'url', valueUri: `${VS}/${name}` });
  await expect(many.expand({ parameters: [url('all')] })).rejects.toMatchObject({
    code: 'terminology.tooCostly',
    status: 422,
  });
  await expect(many.expand({ parameters: [url('twice')] })).rejects.toThrow(/more than 20 codes; ask for a page/);
  expect(codesOf(await many.expand({ parameters: [url('narrowed')] }))).toEqual(['c7']);
  const part = await many.expand({ parameters: [url('all'), { name: 'limitedExpansion', valueBoolean: true }] });
  expect(codesOf(part)).toHaveLength(20);
  expect(part.expansion).toMatchObject({ total: 50, extension: [{ valueBoolean: true }] });
  const page = await many.expand({
    parameters: [url('all'), { name: 'offset', valueInteger: 40 }, { name: 'count', valueInteger: 5 }],
  });
  expect(codesOf(page)).toEqual(['c40', 'c41', 'c42', 'c43', 'c44']);
});

test('value sets that import one another on very many ways are walked once each', async () => {
  const levels = Array.from({ length: 40 }, (_, level) =>
    valueSet(`level-${level}`, {
      include: [{ valueSet: [`${VS}/level-${level + 1}`] }, { valueSet: [`${VS}/level-${level + 1}`] }],
    }),
  );
  const wide = serviceOver([
    animals,
    ...levels,
    valueSet('level-40', { include: [{ system: ANIMALS, concept: [{ code: 'dog' }] }] }),
  ]);
  expect(codesOf(await wide.expand({ parameters: [{ name: 'url', valueUri: `${VS}/level-0` }] }))).toEqual(['dog']);
  expect(await wide.members(`${VS}/level-0`, [{ system: ANIMALS, code: 'dog' }, { code: 'whale' }])).toEqual([
    true,
    false,
  ]);
});

test('10,000 value sets one inside of the other are refused', async () => {
  const chain = Array.from({ length: 10_000 }, (_, level) =>
    valueSet(`link-${level}`, { include: [{ valueSet: [`${VS}/link-${level + 1}`] }] }),
  );
  const deep = serviceOver([animals, ...chain]);
  const parameters = [{ name: 'url', valueUri: `${VS}/link-0` }];
  await expect(deep.expand({ parameters })).rejects.toThrow(/more than 100 levels deep/);
  const coding = { system: ANIMALS, code: 'dog' };
  await expect(
    deep.validateInValueSet({ parameters: [...parameters, { name: 'coding', valueCoding: coding }] }),
  ).rejects.toThrow(/100 levels/);
});

test('text, filters and page of one include go down to the code system', async () => {
  const asked: ConceptQuery[] = [];
  const url = 'http://clinic.example.org/CodeSystem/huge';
  const huge: CodeSystem = {
    url,
    version: '1',
    content: 'complete',
    isCaseSensitive: true,
    header: { resourceType: 'CodeSystem', url, status: 'active' },
    find: () => Promise.resolve(new Map()),
    parents: () => Promise.resolve([]),
    children: () => Promise.resolve([]),
    isBelow: () => Promise.resolve(false),
    matching: () => Promise.resolve(new Set()),
    select(query) {
      asked.push(query);
      const concept = { code: 'x', isInactive: false, isAbstract: false, designations: [], properties: [] };
      return Promise.resolve({ concepts: [concept], hasMore: true });
    },
  };
  const source: CodeSystemSource = {
    codeSystem: (wanted) => Promise.resolve(wanted === url ? huge : undefined),
    versions: (wanted) => Promise.resolve(wanted === url ? ['1'] : []),
  };
  const filter = [{ property: 'concept', op: 'is-a', value: 'top' }];
  const large = serviceOver([valueSet('huge', { include: [{ system: url, filter }] })], [source]);
  const parameters = [
    { name: 'url', valueUri: `${VS}/huge` },
    { name: 'filter', valueString: 'wha' },
    { name: 'count', valueInteger: 10 },
    { name: 'offset', valueInteger: 30 },
  ];
  const expanded = await large.expand({ parameters, acceptLanguage: 'de' });
  expect(asked).toEqual([
    { filters: filter, text: 'wha', languages: ['de'], isActiveOnly: false, offset: 30, count: 10 },
  ]);
  expect(codesOf(expanded)).toEqual(['x']);
  expect(expanded.expansion).not.toHaveProperty('total');
});

test('an expansion is kept until something that it rests on changes', async () => {
  const url = 'http://clinic.example.org/CodeSystem/released';
  const released = valueSet('released', { include: [{ system: url }] });
  let canonicals = canonicalsOf([animals, all, released]);
  let release = resourceCodeSystem({ ...animals, url, version: '1' });
  const source: CodeSystemSource = {
    codeSystem: (wanted) => Promise.resolve(wanted === url ? release : undefined),
    versions: () => Promise.resolve([]),
  };
  const terminology = createTerminology({ canonicals: () => canonicals, sources: [source], expansionLimit: 100 });
  const identifier = async (name: string, acceptLanguage?: string): Promise<unknown> => {
    const parameters = [{ name: 'url', valueUri: `${VS}/${name}` }];
    const expanded = await terminology.expand({
      parameters,
      ...(acceptLanguage === undefined ? {} : { acceptLanguage }),
    });
    return objectAt(expanded, 'expansion')?.identifier;
  };

  const first = await identifier('released');
  expect(await identifier('released')).toBe(first);
  expect(await identifier('released', 'de')).not.toBe(first);
  release = resourceCodeSystem({ ...animals, url, version: '2' });
  const second = await identifier('released');
  expect(second).not.toBe(first);
  canonicals = canonicalsOf([animals, all, released]);
  expect(await identifier('released')).not.toBe(second);
});
