import type { JsonObject } from '../../server/kernel/json.ts';
import { resourceCodeSystem } from '../resource/resource-code-system.ts';
import { findMatches } from './find-matches.ts';

const URL = 'http://clinic.example.org/CodeSystem/tubes';
const tube = (code: string, colour: string, additive: string, volume: number): JsonObject => ({
  code,
  display: `${colour} tube`,
  property: [
    { code: 'colour', valueCode: colour },
    { code: 'additive', valueCoding: { system: 'http://clinic.example.org/CodeSystem/additives', code: additive } },
    { code: 'volume', valueInteger: volume },
  ],
});
const resource: JsonObject = {
  resourceType: 'CodeSystem',
  url: URL,
  version: '3',
  status: 'active',
  content: 'complete',
  concept: [tube('A', 'red', 'none', 4), tube('B', 'lavender', 'edta', 4), tube('C', 'lavender', 'edta', 10)],
};
const system = resourceCodeSystem(resource);
const systems = {
  codeSystem: async (url: string, version: string | undefined) =>
    url === URL && (version ?? '3') === '3' ? system : undefined,
};

const property = (code: string, value: JsonObject): JsonObject => ({
  name: 'property',
  part: [
    { name: 'code', valueCode: code },
    { name: 'value', ...value },
  ],
});
const ask = { name: 'system', valueUri: URL };
const exact = (valueBoolean: boolean): JsonObject => ({ name: 'exact', valueBoolean });

test('codes with all properties', async () => {
  const lavender = property('colour', { valueCode: 'lavender' });
  expect(await findMatches(systems, [ask, exact(true), lavender, property('volume', { valueInteger: 10 })])).toEqual({
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'match',
        part: [{ name: 'code', valueCoding: { system: URL, version: '3', code: 'C', display: 'lavender tube' } }],
      },
    ],
  });
  const edta = property('additive', { valueCoding: { code: 'edta' } });
  expect((await findMatches(systems, [exact(true), edta], resource)).parameter).toHaveLength(2);
});

test('without a whole match the codes that lack one property name it, unless asked for exact ones', async () => {
  const wanted = [property('colour', { valueCode: 'red' }), property('volume', { valueInteger: 10 })];
  expect(await findMatches(systems, [ask, exact(true), ...wanted])).toMatchObject({ parameter: [] });
  const { parameter } = await findMatches(systems, [ask, exact(false), ...wanted]);
  expect(parameter).toEqual([
    {
      name: 'match',
      part: [
        { name: 'code', valueCoding: expect.objectContaining({ code: 'C' }) },
        {
          name: 'unmatched',
          part: [
            { name: 'code', valueCode: 'colour' },
            { name: 'value', valueCode: 'red' },
          ],
        },
      ],
    },
    {
      name: 'match',
      part: [
        { name: 'code', valueCoding: expect.objectContaining({ code: 'A' }) },
        {
          name: 'unmatched',
          part: [
            { name: 'code', valueCode: 'volume' },
            { name: 'value', valueInteger: 10 },
          ],
        },
      ],
    },
  ]);
});

test.each([
  [[ask, property('colour', { valueCode: 'red' })], 400, 'findMatches.exact'],
  [[ask, exact(true)], 400, 'findMatches.property'],
  [
    [ask, exact(true), { name: 'property', part: [{ name: 'code', valueCode: 'colour' }] }],
    400,
    'findMatches.property',
  ],
  [[exact(true), property('colour', { valueCode: 'red' })], 400, 'findMatches.system'],
  [[ask, exact(true), { name: 'compositional', valueBoolean: true }], 400, 'findMatches.compositional'],
  [
    [ask, { name: 'version', valueString: '9' }, exact(true), property('colour', { valueCode: 'red' })],
    404,
    'findMatches.unknownSystem',
  ],
  [[ask, exact(true), property('weight', { valueInteger: 1 })], 422, 'terminology.filter'],
])('%# is refused with %i', async (parameters, status, code) => {
  await expect(findMatches(systems, parameters as JsonObject[])).rejects.toMatchObject({ status, code });
});
