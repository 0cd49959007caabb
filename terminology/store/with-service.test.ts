import type { JsonObject } from '../../server/kernel/json.ts';
import { rf2 } from '../import/formats/rf2/rf2.ts';
import { rf2Contents } from '../import/formats/rf2/rf2.fixture.ts';
import { TINY, tinyRf2 } from '../import/formats/rf2/tiny-rf2.fixture.ts';
import { openReleaseDatabase, type ReleaseDatabase } from '../import/loaded-release.fixture.ts';
import { openTerminology } from '../open-terminology.ts';
import { createTerminology, type TerminologyService } from '../service/terminology.ts';
import type { Canonicals } from '../../server/definitions/canonicals.ts';

const SNOMED = 'http://snomed.info/sct';
const NONE: Canonicals = { version: 1, find: () => undefined, all: () => [], codeSystems: () => [] };

let database: ReleaseDatabase;
let service: TerminologyService;
beforeAll(async () => {
  database = await openReleaseDatabase();
  await database.loadZip('tiny.zip', rf2Contents(tinyRf2()), { format: rf2, licenceAccepted: true });
  service = createTerminology({ canonicals: () => NONE, sources: [database.store], expansionLimit: 100 });
});
afterAll(() => database.close());

const uri = (name: string, value: string): JsonObject => ({ name, valueUri: value });

async function expanded(url: string, ...more: readonly JsonObject[]): Promise<readonly unknown[]> {
  const { expansion } = (await service.expand({ parameters: [uri('url', url), ...more] })) as {
    expansion?: { contains?: { code: string }[] };
  };
  return (expansion?.contains ?? []).map(({ code }) => code);
}

test.each<[string, readonly (keyof typeof TINY)[]]>([
  [`?fhir_vs=isa/${TINY.headache}`, ['headache', 'tensionHeadache']],
  [`?fhir_vs=refset/${TINY.favourites}`, ['headache', 'tooth']],
  [`?fhir_vs=ecl/${encodeURIComponent(`< ${TINY.ache} : ${TINY.site} = << ${TINY.jaw}`)}`, ['toothache']],
])('the implicit value set %s', async (query, names) => {
  expect(await expanded(`${SNOMED}${query}`)).toEqual(names.map((name) => TINY[name]));
});

test('an expansion with a text is a typeahead', async () => {
  const filter = { name: 'filter', valueString: 'head' };
  expect(await expanded(`${SNOMED}?fhir_vs`, filter, { name: 'count', valueInteger: 2 })).toEqual([
    TINY.head,
    TINY.headache,
  ]);
});

test('an expression of ECL that is none is told with its place', async () => {
  await expect(expanded(`${SNOMED}?fhir_vs=ecl/${encodeURIComponent('< x')}`)).rejects.toThrow(
    'Character 3 of the expression',
  );
});

test('lookup, subsumes and validate-code', async () => {
  const looked = await service.lookup({
    parameters: [uri('system', SNOMED), { name: 'code', valueCode: TINY.headache }],
  });
  expect(looked.parameter).toContainEqual({ name: 'display', valueString: 'Headache' });
  const compared = await service.subsumes({
    parameters: [
      uri('system', SNOMED),
      { name: 'codeA', valueCode: TINY.ache },
      { name: 'codeB', valueCode: TINY.headache },
    ],
  });
  expect(compared.parameter).toContainEqual({ name: 'outcome', valueCode: 'subsumes' });
  const validated = await service.validateInValueSet({
    parameters: [
      uri('url', `${SNOMED}?fhir_vs=isa/${TINY.headache}`),
      uri('system', SNOMED),
      { name: 'code', valueCode: TINY.tooth },
    ],
  });
  expect(validated.parameter).toContainEqual({ name: 'result', valueBoolean: false });
});

test.each([
  [
    '900000000000527005',
    TINY.oldHeadache,
    false,
    [{ system: SNOMED, code: TINY.headache, display: 'Headache' }],
    'equal',
  ],
  [TINY.icdMap, TINY.headache, false, [{ code: 'Z99.1' }], 'relatedto'],
  ['900000000000527005', TINY.headache, true, [{ code: TINY.oldHeadache }], 'equal'],
  [TINY.icdMap, TINY.ache, false, [], undefined],
])('the implicit map %s translates %s, reverse %s', async (refset, code, reverse, concepts, equivalence) => {
  const { port } = openTerminology({
    db: database.db,
    canonicals: () => NONE,
    upstream: new Map(),
    expansionLimit: 100,
    now: Date.now,
  });
  const answer = await port.translate({
    parameters: [
      uri('url', `${SNOMED}?fhir_cm=${refset}`),
      uri('system', SNOMED),
      { name: 'code', valueCode: code },
      { name: 'reverse', valueBoolean: reverse },
    ],
  });
  const matches = (answer.parameter as { name: string; part?: JsonObject[] }[]).filter(({ name }) => name === 'match');
  expect(matches).toHaveLength(concepts.length);
  concepts.forEach((concept, at) => {
    expect(matches[at]?.part).toContainEqual({ name: 'concept', valueCoding: expect.objectContaining(concept) });
    expect(matches[at]?.part).toContainEqual({ name: 'equivalence', valueCode: equivalence });
  });
});
