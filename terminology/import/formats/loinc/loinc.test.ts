import type { CodeSystem } from '../../../code-system.ts';
import { openReleaseDatabase, type ReleaseDatabase } from '../../loaded-release.fixture.ts';
import { loadedSystem, selectedCodes } from '../release-formats.fixture.ts';
import { loinc } from './loinc.ts';

const csv = (...rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`).join('');

const FILES = {
  'Loinc_2.99/LoincTable/Loinc.csv': csv(
    [
      'LOINC_NUM',
      'COMPONENT',
      'CLASS',
      'STATUS',
      'DefinitionDescription',
      'SHORTNAME',
      'CONSUMER_NAME',
      'RELATEDNAMES2',
      'LONG_COMMON_NAME',
      'EXTERNAL_COPYRIGHT_NOTICE',
      'ORDER_OBS',
    ],
    [
      '99001-0',
      'Glow',
      'MADE',
      'ACTIVE',
      'How "bright",\nand why',
      'Glow SerPl',
      'Glow in blood',
      'Shine; Gleam',
      'Glow [Mass/volume] in Serum',
      '',
      'Both',
    ],
    ['99002-8', 'Hum', 'MADE', 'DEPRECATED', '', 'Hum', '', '', 'Hum of machine', 'Copyright somebody', 'Order'],
    ['99003-6', 'Glow panel', 'PANEL', 'ACTIVE', '', 'Glow Pnl', '', '', 'Glow panel', '', 'Order'],
  ),
  'Loinc_2.99/AccessoryFiles/PartFile/Part.csv': csv(
    ['PartNumber', 'PartTypeName', 'PartName', 'PartDisplayName', 'Status'],
    ['LP99-1', 'COMPONENT', 'Glow', 'Glow (part)', 'ACTIVE'],
    ['LP98-2', 'SYSTEM', 'Serum', '', 'ACTIVE'],
  ),
  'Loinc_2.99/AccessoryFiles/PartFile/LoincPartLink_Primary.csv': csv(
    ['LoincNumber', 'LongCommonName', 'PartNumber', 'PartName', 'PartTypeName', 'LinkTypeName', 'Property'],
    ['99001-0', '', 'LP99-1', 'Glow', 'COMPONENT', 'Primary', 'http://loinc.org/property/COMPONENT'],
    ['99001-0', '', 'LP98-2', 'Serum', 'SYSTEM', 'Primary', 'http://loinc.org/property/SYSTEM'],
  ),
  'Loinc_2.99/AccessoryFiles/ComponentHierarchyBySystem/ComponentHierarchyBySystem.csv': csv(
    ['PATH_TO_ROOT', 'SEQUENCE', 'IMMEDIATE_PARENT', 'CODE', 'CODE_TEXT'],
    ['', '1', '', 'LP1-0', 'Everything'],
    ['LP1-0', '1', 'LP1-0', 'LP99-1', 'Glow'],
    ['LP1-0.LP99-1', '1', 'LP99-1', '99001-0', 'Glow'],
  ),
  'Loinc_2.99/AccessoryFiles/AnswerFile/AnswerList.csv': csv(
    ['AnswerListId', 'AnswerListName', 'AnswerStringId', 'DisplayText'],
    ['LL9-1', 'Loudness', 'LA1-1', 'Soft'],
    ['LL9-1', 'Loudness', 'LA2-2', 'Loud'],
    ['LL8-1', 'Other', 'LA2-2', 'Loud'],
    ['LL7-1', 'Of another system', '', ''],
  ),
  'Loinc_2.99/AccessoryFiles/AnswerFile/LoincAnswerListLink.csv': csv(
    ['LoincNumber', 'LongCommonName', 'AnswerListId'],
    ['99002-8', '', 'LL9-1'],
  ),
  'Loinc_2.99/AccessoryFiles/PanelsAndForms/PanelsAndForms.csv': csv(
    ['ParentId', 'ParentLoinc', 'Loinc'],
    ['1', '99003-6', '99003-6'],
    ['1', '99003-6', '99001-0'],
  ),
  'Loinc_2.99/AccessoryFiles/LinguisticVariants/frFR8LinguisticVariant.csv': csv(
    ['LOINC_NUM', 'COMPONENT', 'LONG_COMMON_NAME'],
    ['99001-0', 'Lueur', 'Lueur [Masse/volume] Sérum'],
  ),
};

let database: ReleaseDatabase;
let system: CodeSystem;
beforeAll(async () => {
  database = await openReleaseDatabase();
  system = await loadedSystem(database, loinc, FILES, { version: '2.99' });
});
afterAll(() => database.close());

test('a code has its names, definition, parts and values', async () => {
  const found = await system.find(['99001-0', '99002-8', 'lp99-1']);
  expect(found.get('99001-0')).toEqual({
    code: '99001-0',
    display: 'Glow [Mass/volume] in Serum',
    definition: 'How "bright",\nand why',
    isInactive: false,
    isAbstract: false,
    designations: [
      ['SHORTNAME', 'Short name', 'en', 'Glow SerPl'],
      ['CONSUMER_NAME', 'Consumer name', 'en', 'Glow in blood'],
      ['RELATEDNAMES2', 'Related name', 'en', 'Shine'],
      ['RELATEDNAMES2', 'Related name', 'en', 'Gleam'],
      ['LONG_COMMON_NAME', 'Long common name', 'fr-FR', 'Lueur [Masse/volume] Sérum'],
    ].map(([code, display, language, value]) => ({
      language,
      use: { system: 'http://loinc.org', code, display },
      value,
    })),
    properties: [
      { code: 'copyright', type: 'valueString', value: 'LOINC' },
      { code: 'STATUS', type: 'valueString', value: 'ACTIVE' },
      { code: 'CLASS', type: 'valueString', value: 'MADE' },
      { code: 'ORDER_OBS', type: 'valueString', value: 'Both' },
      {
        code: 'COMPONENT',
        type: 'valueCoding',
        value: { system: 'http://loinc.org', code: 'LP99-1', display: 'Glow' },
      },
      { code: 'SYSTEM', type: 'valueCoding', value: { system: 'http://loinc.org', code: 'LP98-2', display: 'Serum' } },
    ],
  });
  expect(found.get('99002-8')).toMatchObject({ isInactive: true });
  expect(found.get('lp99-1')).toMatchObject({ code: 'LP99-1', display: 'Glow (part)' });
});

test.each([
  ['COMPONENT', '=', 'LP99-1', ['99001-0']],
  ['COMPONENT', '=', 'Glow', ['99001-0']],
  ['CLASS', 'in', 'PANEL,MADE', ['99001-0', '99002-8', '99003-6']],
  ['CLASS', 'regex', 'PAN.*', ['99003-6']],
  ['CLASS', 'regex', 'AN', []],
  [
    'ORDER_OBS',
    'not-in',
    'Order',
    ['99001-0', 'LP99-1', 'LP98-2', 'LP1-0', 'LL9-1', 'LA1-1', 'LA2-2', 'LL8-1', 'LL7-1'],
  ],
  ['copyright', '=', '3rdParty', ['99002-8']],
  ['ancestor', '=', 'LP1-0', ['99001-0', 'LP99-1']],
  ['parent', '=', 'LP99-1', ['99001-0']],
  ['child', '=', '99001-0', ['LP99-1']],
  ['concept', 'is-a', 'LP99-1', ['99001-0', 'LP99-1']],
  ['LIST', '=', 'LL9-1', ['LA1-1', 'LA2-2']],
  ['answers-for', '=', '99002-8', ['LA1-1', 'LA2-2']],
  ['panel-element', '=', '99001-0', ['99003-6']],
  ['SYSTEM', 'exists', 'true', ['99001-0']],
])('%s %s %s', async (property, op, value, codes) => {
  expect(await selectedCodes(system, property, op, value)).toEqual(codes);
});

test('a code with a wrong check digit is an error with its line', async () => {
  const wrong = FILES['Loinc_2.99/LoincTable/Loinc.csv'].replace('99002-8', '99002-7');
  const report = await database.loadZip(
    'wrong.zip',
    { 'Loinc.csv': wrong },
    { format: loinc, version: '3', licenceAccepted: true },
  );
  expect(report.outcome).toBe('rejected');
  expect(report.problems).toEqual([
    {
      severity: 'error',
      file: 'Loinc.csv',
      line: 4,
      text: '"99002-7" is not a LOINC code: digits, a hyphen and a check digit are expected',
    },
  ]);
});
