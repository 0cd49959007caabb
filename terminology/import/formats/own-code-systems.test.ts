import { openReleaseDatabase, type ReleaseDatabase } from '../loaded-release.fixture.ts';
import { csv } from './csv.ts';
import { fhir } from './fhir.ts';
import { loadedSystem, selectedCodes } from './release-formats.fixture.ts';

let database: ReleaseDatabase;
beforeAll(async () => {
  database = await openReleaseDatabase();
});
afterAll(() => database.close());

const url = 'http://example.org/things';

test.each([
  ['commas', 'things.csv', ','],
  ['semicolons', 'things.csv', ';'],
  ['tabs', 'things.tsv', '\t'],
])('CSV with %s: parents, states, properties', async (_, name, delimiter) => {
  const rows = [
    ['code', 'display', 'parent', 'inactive', 'colour'],
    ['b', 'Box, small', 'a|c', '', 'red'],
    ['a', 'All', '', '', ''],
    ['c', 'Container', 'a', 'true', 'blue'],
  ];
  const text = rows.map((row) => row.map((cell) => `"${cell}"`).join(delimiter)).join('\n');
  const system = await loadedSystem(database, csv, { [name]: text }, { url, version: name + delimiter });
  expect(await system.parents('b')).toEqual(['a', 'c']);
  expect(await selectedCodes(system, 'colour', '=', 'red')).toEqual(['b']);
  expect((await system.find(['c'])).get('c')).toMatchObject({ isInactive: true, display: 'Container' });
});

test('FHIR CodeSystem: nested concepts, properties of all types, decimals by their digits', async () => {
  const system = await loadedSystem(database, fhir, {
    'CodeSystem.json': `{"resourceType":"CodeSystem","url":"${url}/fhir","version":"1","status":"active","content":"complete","caseSensitive":false,
      "property":[{"code":"weight","type":"decimal"},{"code":"size","type":"integer"},{"code":"soft","type":"boolean"}],
      "concept":[{"code":"A","display":"All","property":[{"code":"notSelectable","valueBoolean":true}],"concept":[
        {"code":"B","display":"Ball","designation":[{"language":"de","value":"Kugel"}],
         "property":[{"code":"weight","valueDecimal":1.50},{"code":"size","valueInteger":3},{"code":"soft","valueBoolean":false}]},
        {"code":"C","property":[{"code":"status","valueCode":"retired"}]}]},
        {"code":"D","property":[{"code":"parent","valueCode":"A"}]}]}`,
  });
  const found = await system.find(['a', 'B', 'c']);
  expect(found.get('a')).toMatchObject({ code: 'A', isAbstract: true });
  expect(found.get('B')).toMatchObject({
    designations: [{ language: 'de', value: 'Kugel' }],
    properties: [
      { code: 'weight', type: 'valueDecimal', value: 1.5 },
      { code: 'size', type: 'valueInteger', value: 3 },
      { code: 'soft', type: 'valueBoolean', value: false },
    ],
  });
  expect(found.get('c')).toMatchObject({ isInactive: true });
  expect(await system.children('A')).toEqual(['B', 'C', 'D']);
  expect(await selectedCodes(system, 'weight', '=', '1.5')).toEqual(['B']);
  expect(system.header).toMatchObject({
    resourceType: 'CodeSystem',
    url: `${url}/fhir`,
    property: [{ code: 'weight' }, {}, {}],
  });
});
