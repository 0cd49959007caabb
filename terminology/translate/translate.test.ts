import { createCanonicals } from '../../server/definitions/canonical-index.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { translate } from './translate.ts';

const LOCAL = 'http://clinic.example.org/CodeSystem/local';
const LAB = 'http://clinic.example.org/CodeSystem/lab';
const OTHER = 'http://clinic.example.org/CodeSystem/other';
const MAP = 'http://clinic.example.org/ConceptMap/local-to-lab';
const SITE = 'http://clinic.example.org/StructureDefinition/Specimen#collection.bodySite';

const localToLab = {
  resourceType: 'ConceptMap',
  url: MAP,
  version: '2.0',
  status: 'active',
  sourceCanonical: 'http://clinic.example.org/ValueSet/local',
  targetUri: 'http://clinic.example.org/ValueSet/lab',
  group: [
    {
      source: LOCAL,
      target: LAB,
      element: [
        { code: 'glu', target: [{ code: 'GLUCOSE', display: 'Glucose', equivalence: 'wider' }] },
        {
          code: 'swab',
          target: [
            {
              code: 'SWAB-N',
              equivalence: 'equivalent',
              dependsOn: [{ property: SITE, system: OTHER, value: 'nose' }],
              product: [{ property: SITE, system: OTHER, value: 'nose', display: 'Nose' }],
            },
            { code: 'SWAB-T', equivalence: 'equivalent', dependsOn: [{ property: SITE, value: 'throat' }] },
          ],
        },
        { code: 'none', target: [{ equivalence: 'unmatched', comment: 'is not done there' }] },
        { code: 'empty' },
        { code: 'apart', target: [{ code: 'GLUCOSE', equivalence: 'disjoint' }] },
      ],
      unmapped: { mode: 'fixed', code: 'MISC', display: 'Miscellaneous' },
    },
  ],
};

const chain = (name: string, unmapped: JsonObject): JsonObject => ({
  resourceType: 'ConceptMap',
  url: `http://clinic.example.org/ConceptMap/${name}`,
  status: 'active',
  sourceUri: 'http://clinic.example.org/ValueSet/chain',
  group: [
    {
      source: OTHER,
      target: LAB,
      element: [{ code: 'known', target: [{ code: `K-${name}`, equivalence: 'equal' }] }],
      unmapped,
    },
  ],
});

const MAPS: readonly JsonObject[] = [
  localToLab,
  chain('first', { mode: 'other-map', url: 'http://clinic.example.org/ConceptMap/second' }),
  chain('second', { mode: 'other-map', url: 'http://clinic.example.org/ConceptMap/third' }),
  chain('third', { mode: 'provided' }),
  chain('circle', { mode: 'other-map', url: 'http://clinic.example.org/ConceptMap/circle' }),
  {
    resourceType: 'ConceptMap',
    url: 'http://clinic.example.org/ConceptMap/r5',
    status: 'draft',
    group: [
      {
        source: `${OTHER}|1.0`,
        target: LOCAL,
        element: [
          { code: 'broad', target: [{ code: 'narrow', relationship: 'source-is-broader-than-target' }] },
          { code: 'no', noMap: true },
        ],
        unmapped: { mode: 'use-source-code' },
      },
    ],
  },
];

const CANONICALS = createCanonicals(
  1,
  MAPS.map((map) => ({
    type: 'ConceptMap' as const,
    url: String(map.url),
    version: typeof map.version === 'string' ? map.version : undefined,
    status: 'active',
    load: () => map,
  })),
);

const code = (system: string, value: string): JsonObject[] => [
  { name: 'system', valueUri: system },
  { name: 'code', valueCode: value },
];
const url = (name: string): JsonObject => ({ name: 'url', valueUri: `http://clinic.example.org/ConceptMap/${name}` });

interface Part {
  readonly name: string;
  readonly valueCode?: string;
  readonly valueUri?: string;
  readonly valueCanonical?: string;
  readonly valueCoding?: { readonly system?: string; readonly code?: string };
}

/** `result`, then each match as `equivalence system#code`. */
function run(...parameters: JsonObject[]): readonly string[] {
  const answer = translate(CANONICALS, parameters) as unknown as {
    parameter: { name: string; valueBoolean?: boolean; part?: Part[] }[];
  };
  return answer.parameter.flatMap(({ name, valueBoolean, part = [] }) => {
    if (name === 'result') return [String(valueBoolean)];
    if (name !== 'match') return [];
    const coding = part.find((each) => each.name === 'concept')?.valueCoding;
    const equivalence = part.find((each) => each.name === 'equivalence')?.valueCode;
    return [`${equivalence} ${coding === undefined ? '-' : `${coding.system?.split('/').at(-1)}#${coding.code}`}`];
  });
}

function message(...parameters: JsonObject[]): unknown {
  const { parameter } = translate(CANONICALS, parameters);
  return (parameter as JsonObject[]).find(({ name }) => name === 'message')?.valueString;
}

test.each([
  ['a mapping', code(LOCAL, 'glu'), ['true', 'wider lab#GLUCOSE']],
  ['nothing to map to', code(LOCAL, 'none'), ['false', 'unmatched -']],
  ['an element without target', code(LOCAL, 'empty'), ['false', 'unmatched -']],
  ['a disjoint target', code(LOCAL, 'apart'), ['false', 'disjoint lab#GLUCOSE']],
  ['the fixed code of what is not mapped', code(LOCAL, 'unheard-of'), ['true', 'relatedto lab#MISC']],
  [
    'the way back',
    [...code(LAB, 'GLUCOSE'), { name: 'reverse', valueBoolean: true }],
    ['true', 'narrower local#glu', 'disjoint local#apart'],
  ],
  [
    'a code system wanted',
    [...code(LOCAL, 'glu'), { name: 'targetsystem', valueUri: LAB }],
    ['true', 'wider lab#GLUCOSE'],
  ],
  ['a code system that no map leads to', [...code(LOCAL, 'glu'), { name: 'targetsystem', valueUri: OTHER }], ['false']],
  [
    'a value set wanted',
    [...code(LOCAL, 'glu'), { name: 'target', valueUri: 'http://clinic.example.org/ValueSet/lab' }],
    ['true', 'wider lab#GLUCOSE'],
  ],
  [
    'a value set that no map leads to',
    [...code(LOCAL, 'glu'), { name: 'target', valueUri: 'http://clinic.example.org/ValueSet/none' }],
    ['false'],
  ],
  [
    'the version of a map',
    [url('local-to-lab'), { name: 'conceptMapVersion', valueString: '2.0' }, ...code(LOCAL, 'glu')],
    ['true', 'wider lab#GLUCOSE'],
  ],
  ['a chain of other maps', [url('first'), ...code(OTHER, 'rare')], ['true', 'equal lab#rare']],
  ['a map that leads to itself', [url('circle'), ...code(OTHER, 'rare')], ['false']],
  ['a map in the form of R5', [url('r5'), ...code(OTHER, 'broad')], ['true', 'narrower local#narrow']],
  ['noMap of R5', [url('r5'), ...code(OTHER, 'no')], ['false', 'unmatched -']],
  ['use-source-code of R5', [url('r5'), ...code(OTHER, 'same')], ['true', 'equal local#same']],
])('%s', (_, parameters, expected) => {
  expect(run(...parameters)).toEqual(expected);
});

test('all codings of a CodeableConcept are tried', () => {
  const valueCodeableConcept = {
    coding: [{ system: OTHER, code: 'known' }, { system: LOCAL, code: 'glu' }, { code: 'x' }],
  };
  expect(run(url('local-to-lab'), { name: 'codeableConcept', valueCodeableConcept })).toEqual([
    'true',
    'wider lab#GLUCOSE',
  ]);
});

test('what a mapping depends on is asked for, and decides', () => {
  const swab = code(LOCAL, 'swab');
  expect(run(...swab)).toEqual(['false']);
  expect(message(...swab)).toContain(SITE);
  const dependency = (coding: JsonObject): JsonObject => ({
    name: 'dependency',
    part: [
      { name: 'element', valueUri: SITE },
      { name: 'concept', valueCodeableConcept: { coding: [coding] } },
    ],
  });
  expect(run(...swab, dependency({ system: OTHER, code: 'nose' }))).toEqual(['true', 'equivalent lab#SWAB-N']);
  expect(run(...swab, dependency({ code: 'throat' }))).toEqual(['true', 'equivalent lab#SWAB-T']);
  expect(run(...swab, dependency({ system: LAB, code: 'nose' }))).toEqual(['false']);
});

test('what the map says about a mapping is told', () => {
  const { parameter } = translate(CANONICALS, code(LOCAL, 'none'));
  expect((parameter as JsonObject[]).at(-1)?.part).toContainEqual({
    name: 'comment',
    valueString: 'is not done there',
  });
});

test('products and the map come with a match', () => {
  const dependency = {
    name: 'dependency',
    part: [
      { name: 'element', valueUri: SITE },
      { name: 'concept', valueCodeableConcept: { coding: [{ system: OTHER, code: 'nose' }] } },
    ],
  };
  const { parameter } = translate(CANONICALS, [...code(LOCAL, 'swab'), dependency]);
  expect((parameter as JsonObject[]).at(-1)?.part).toEqual([
    { name: 'equivalence', valueCode: 'equivalent' },
    { name: 'concept', valueCoding: { system: LAB, code: 'SWAB-N' } },
    {
      name: 'product',
      part: [
        { name: 'element', valueUri: SITE },
        { name: 'concept', valueCoding: { system: OTHER, code: 'nose', display: 'Nose' } },
      ],
    },
    { name: 'source', valueUri: MAP },
  ]);
});

test('asked with the names of R5, the map is told as R5 does, and the way back names its source', () => {
  const forward = translate(CANONICALS, [
    { name: 'sourceSystem', valueUri: LOCAL },
    { name: 'sourceCode', valueCode: 'glu' },
    { name: 'targetSystem', valueUri: LAB },
  ]);
  expect((forward.parameter as JsonObject[]).at(-1)?.part).toEqual([
    { name: 'equivalence', valueCode: 'wider' },
    { name: 'concept', valueCoding: { system: LAB, code: 'GLUCOSE', display: 'Glucose' } },
    { name: 'originMap', valueCanonical: `${MAP}|2.0` },
  ]);
  const back = translate(CANONICALS, [
    { name: 'targetCoding', valueCoding: { system: LAB, code: 'SWAB-T' } },
    { name: 'sourceSystem', valueUri: LOCAL },
    {
      name: 'dependency',
      part: [
        { name: 'attribute', valueUri: SITE },
        { name: 'value', valueCode: 'throat' },
      ],
    },
  ]);
  expect((back.parameter as JsonObject[]).at(-1)?.part).toContainEqual({
    name: 'source',
    valueCoding: { system: LOCAL, code: 'swab' },
  });
});

test('maps that lead to each other on many ways are looked at once each, and not for ever', () => {
  const group = (name: string): JsonObject => ({
    source: OTHER,
    target: LAB,
    element: [],
    unmapped: { mode: 'other-map', url: `http://clinic.example.org/ConceptMap/${name}` },
  });
  const level = (count: number): JsonObject[] =>
    Array.from({ length: count }, (_, index) => ({
      ...chain(`level-${index}`, {}),
      group:
        index === 0
          ? [{ source: OTHER, target: LAB, unmapped: { mode: 'provided' } }]
          : [group(`level-${index - 1}`), group(`level-${index - 1}`)],
    }));
  const ask = (count: number): JsonObject =>
    translate(CANONICALS, [
      ...level(count).map((resource) => ({ name: 'tx-resource', resource })),
      url(`level-${count - 1}`),
      ...code(OTHER, 'x'),
    ]);
  expect((ask(40).parameter as JsonObject[]).map(({ name }) => name)).toEqual(['result', 'match']);
  expect(() => ask(60)).toThrow(expect.objectContaining({ status: 422, code: 'translate.tooLong' }));
});

test('a map that comes with the question is used', () => {
  const conceptMap = chain('brought', { mode: 'provided' });
  expect(run({ name: 'conceptMap', resource: conceptMap }, ...code(OTHER, 'known'))).toEqual([
    'true',
    'equal lab#K-brought',
  ]);
  expect(run({ name: 'tx-resource', resource: conceptMap }, url('brought'), ...code(OTHER, 'known'))).toEqual([
    'true',
    'equal lab#K-brought',
  ]);
  expect(translate(CANONICALS, code(OTHER, 'known'), conceptMap)).toMatchObject({
    parameter: [{ valueBoolean: true }, {}],
  });
});

test.each([
  [[], 400, 'translate.code'],
  [[...code(LOCAL, 'glu'), { name: 'coding', valueCoding: { system: LOCAL, code: 'glu' } }], 400, 'translate.code'],
  [[{ name: 'code', valueCode: 'glu' }], 400, 'translate.system'],
  [[{ name: 'coding', valueCoding: { code: 'glu' } }], 400, 'translate.system'],
  [[url('unknown'), ...code(LOCAL, 'glu')], 404, 'translate.unknownMap'],
])('%j is refused with %i', (parameters, status, faultCode) => {
  expect(() => translate(CANONICALS, parameters as JsonObject[])).toThrow(
    expect.objectContaining({ status, code: faultCode }),
  );
});
