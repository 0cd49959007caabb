import { openReleaseDatabase, type ReleaseDatabase } from '../loaded-release.fixture.ts';
import { cvx } from './cvx.ts';
import { hcpcs } from './hcpcs.ts';
import { icd10cmOrder } from './icd10cm-order.ts';
import { icd10cmXml } from './icd10cm-xml.ts';
import { ndc } from './ndc.ts';
import { nucc } from './nucc.ts';
import { loadedSystem, selectedCodes } from './release-formats.fixture.ts';
import { rxnorm } from './rxnorm.ts';

let database: ReleaseDatabase;
beforeAll(async () => {
  database = await openReleaseDatabase();
});
afterAll(() => database.close());

/** A row of an RRF file with the cells at their places. */
function rrf(width: number, cells: Readonly<Record<number, string>>): string {
  return `${Array.from({ length: width }, (_, at) => cells[at] ?? '').join('|')}|\n`;
}

test('RxNorm: names, types of terms, relationships, NDCs, merged concepts', async () => {
  const name = (code: string, type: string, text: string, source = 'RXNORM', suppress = 'N'): string =>
    rrf(18, { 0: code, 1: 'ENG', 11: source, 12: type, 14: text, 16: suppress });
  const system = await loadedSystem(
    database,
    rxnorm,
    {
      'rrf/RXNCONSO.RRF':
        name('9001', 'IN', 'madeupine') +
        name('9002', 'SY', 'MADE 5') +
        name('9002', 'SCD', 'madeupine 5 MG Oral Tablet') +
        name('9003', 'BN', 'Gonaway', 'RXNORM', 'O') +
        name('9004', 'IN', 'of another source', 'MMX'),
      'rrf/RXNREL.RRF':
        rrf(16, { 0: '9001', 4: '9002', 7: 'has_ingredient', 10: 'RXNORM' }) +
        rrf(16, { 0: '9002', 4: '9001', 7: 'ingredient_of', 10: 'RXNORM' }),
      'rrf/RXNSAT.RRF': rrf(13, { 0: '9002', 8: 'NDC', 9: 'RXNORM', 10: '00000000011' }),
      'rrf/RXNSTY.RRF': rrf(6, { 0: '9001', 3: 'Made-up Substance' }),
      'rrf/RXNATOMARCHIVE.RRF': rrf(17, { 2: 'madeupin', 12: '8999', 13: 'RXNORM', 15: '9001' }),
    },
    { version: '01012024' },
  );
  const found = await system.find(['9002', '9003', '8999', '9004']);
  expect(found.get('9002')).toMatchObject({
    display: 'madeupine 5 MG Oral Tablet',
    designations: [{ language: 'en', value: 'MADE 5' }],
    properties: [
      { code: 'TTY', type: 'valueCode', value: 'SCD' },
      { code: 'NDC', type: 'valueString', value: '00000000011' },
      { code: 'has_ingredient', type: 'valueCode', value: '9001' },
    ],
  });
  expect(found.get('9003')).toMatchObject({ isInactive: true });
  expect(found.get('8999')).toMatchObject({ isInactive: true, properties: [{ code: 'replacedBy', value: '9001' }] });
  expect(found.has('9004')).toBe(false);
  expect(await selectedCodes(system, 'has_ingredient', '=', 'CUI:9001')).toEqual(['9002']);
  expect(await selectedCodes(system, 'TTY', 'in', 'IN,BN')).toEqual(['9001', '9003']);
});

const TABULAR = `<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>2099</version><introduction><introSection type="title"><title>T</title></introSection></introduction>
<chapter><name>1</name><desc>Made-up conditions (A00-A09)</desc><includes><note>all that is made up</note></includes>
<section id="A00-A09"><desc>Made-up aches</desc>
<diag><name>A00</name><desc>Ache</desc><inclusionTerm><note>Pain NOS</note></inclusionTerm><excludes1><note>joy (Z99)</note></excludes1>
<diag><name>A00.0</name><desc>Dull ache</desc></diag>
<diag><name>A00.1</name><desc>Sharp ache</desc></diag></diag>
<diag><name>A01</name><desc>Fall</desc><sevenChrDef><extension char="A">first time</extension><extension char="D">again</extension></sevenChrDef>
<diag><name>A01.2</name><desc>Fall from a desk</desc></diag></diag>
</section></chapter></ICD10CM.tabular>`;

test('ICD-10-CM, tabular list: chapters, sections, notes, seventh characters', async () => {
  const system = await loadedSystem(database, icd10cmXml, { 'icd10cm-tabular-2099.xml': TABULAR });
  expect(system.version).toBe('2099');
  const found = await system.find(['A00', 'a00.0', 'A01.2XXA', 'A00-A09', 'A01.2']);
  expect(found.get('A00')).toMatchObject({
    display: 'Ache',
    properties: [
      { code: 'billable', value: false },
      { code: 'inclusionTerm', value: 'Pain NOS' },
      { code: 'excludes1', value: 'joy (Z99)' },
    ],
  });
  expect(found.get('a00.0')).toMatchObject({ code: 'A00.0', properties: [{ code: 'billable', value: true }] });
  expect(found.get('A01.2XXA')).toMatchObject({
    display: 'Fall from a desk, first time',
    properties: [{ code: 'billable', value: true }],
  });
  expect(found.get('A00-A09')).toMatchObject({ isAbstract: true });
  expect(await system.parents('A00')).toEqual(['A00-A09']);
  expect(await system.isBelow('1', 'A01.2XXD')).toBe(true);
  expect(await selectedCodes(system, 'billable', '=', 'true')).toEqual(['A00.0', 'A00.1', 'A01.2XXA', 'A01.2XXD']);
  const typed = await system.select({ filters: [], text: 'pain', isActiveOnly: true, offset: 0, count: 10 });
  expect(typed.concepts.map(({ code }) => code)).toEqual(['A00']);
});

test('ICD-10-CM, order file: fixed width, dots, hierarchy by code', async () => {
  const row = (serial: number, code: string, flag: 0 | 1, short: string, long: string): string =>
    `${String(serial).padStart(5, '0')} ${code.padEnd(7)} ${flag} ${short.padEnd(60)} ${long}\r\n`;
  const system = await loadedSystem(database, icd10cmOrder, {
    'icd10cm-order-2098.txt':
      row(1, 'A00', 0, 'Ache', 'Ache') +
      row(2, 'A000', 1, 'Dull ache', 'Ache that is dull') +
      row(3, 'A0012XA', 1, 'Fall', 'Fall, first time'),
  });
  expect([...(await system.find(['A00.0', 'A00.12XA', 'A000'])).values()]).toMatchObject([
    {
      code: 'A00.0',
      display: 'Ache that is dull',
      designations: [{ value: 'Dull ache' }],
      properties: [{ code: 'billable', value: true }],
    },
    { code: 'A00.12XA' },
  ]);
  expect(await system.children('A00')).toEqual(['A00.0', 'A00.12XA']);
});

test('CVX: pipe-delimited, windows-1252', async () => {
  const system = await loadedSystem(
    database,
    cvx,
    {
      'cvx.txt': Buffer.from(
        '901 |made-up |Made-up vaccine, na\xefve|note|Active|1|False|2024/01/01\r\n902|gone|Gone vaccine||Inactive|2|False|2024/01/01\r\n',
        'latin1',
      ),
    },
    { version: '2024-01-01' },
  );
  expect([...(await system.find(['901', '902'])).values()]).toMatchObject([
    { display: 'made-up', definition: 'note', isInactive: false, designations: [{ value: 'Made-up vaccine, naïve' }] },
    { display: 'gone', isInactive: true },
  ]);
});

test('NDC: products, packages below them, eleven digits', async () => {
  const system = await loadedSystem(
    database,
    ndc,
    {
      'product.txt':
        'PRODUCTID\tPRODUCTNDC\tPRODUCTTYPENAME\tPROPRIETARYNAME\tNONPROPRIETARYNAME\tDOSAGEFORMNAME\tLABELERNAME\n1\t9999-0001\tHUMAN\tMadeup\tmadeupine\tTABLET\tNobody\n2\t9999-0001\tHUMAN\tMadeup\tmadeupine\tTABLET\tNobody\n',
      'package.txt':
        'PRODUCTID\tPRODUCTNDC\tNDCPACKAGECODE\tPACKAGEDESCRIPTION\n1\t9999-0001\t9999-0001-01\t30 TABLET in 1 BOTTLE\n',
    },
    { version: '20240101' },
  );
  expect([...(await system.find(['9999-0001-01'])).values()]).toMatchObject([
    { display: 'Madeup, 30 TABLET in 1 BOTTLE', properties: [{ code: 'ndc11', value: '09999000101' }] },
  ]);
  expect(await system.parents('9999-0001-01')).toEqual(['9999-0001']);
  expect(await selectedCodes(system, 'DOSAGEFORMNAME', '=', 'TABLET')).toEqual(['9999-0001']);
});

test('HCPCS: fixed width, descriptions over several rows, modifiers, ended codes', async () => {
  const row = (
    code: string,
    serial: number,
    record: string,
    long: string,
    short = '',
    added = '',
    ended = '',
  ): string =>
    `${`${code.padStart(5)}${String(serial).padStart(5, '0')}${record}${long.padEnd(80)}${short.padEnd(28)}`.padEnd(268)}${added.padEnd(8)}${''.padEnd(8)}${ended.padEnd(8)}N\r\n`;
  const system = await loadedSystem(database, hcpcs, {
    'HCPC2024_JAN_ANWEB.txt':
      row('Z9001', 100, '3', 'Making up of a thing, with', 'Make up', '20200101') +
      row('Z9001', 200, '4', 'care') +
      row('Z9002', 100, '3', 'Old thing', 'Old', '20100101', '20191231') +
      row('ZZ', 100, '7', 'Made-up modifier', 'Made-up'),
  });
  expect(system.version).toBe('2024_JAN');
  expect([...(await system.find(['Z9001', 'Z9002', 'ZZ'])).values()]).toMatchObject([
    { display: 'Making up of a thing, with care', isInactive: false, designations: [{ value: 'Make up' }] },
    { isInactive: true },
    { display: 'Made-up modifier', properties: [{ code: 'kind', value: 'modifier' }] },
  ]);
});

test('NUCC: specialisations below their classification', async () => {
  const system = await loadedSystem(database, nucc, {
    'nucc_taxonomy_991.csv':
      'Code,Grouping,Classification,Specialization,Definition,Notes,Display Name,Section\r\n' +
      '999M00000X,Made-up Providers,Maker,,"Makes, up",,Maker,Individual\r\n999M00001X,Made-up Providers,Maker,Of Things,,,,Individual\r\n',
  });
  expect(system.version).toBe('991');
  expect(await system.children('999M00000X')).toEqual(['999M00001X']);
  expect([...(await system.find(['999M00001X'])).values()]).toMatchObject([{ display: 'Maker, Of Things' }]);
});
