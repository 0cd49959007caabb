import type { CodeSystem, ConceptFilter } from '../code-system.ts';
import { computedSystems } from './computed-systems.ts';

const UCUM = 'http://unitsofmeasure.org';
const BCP47 = 'urn:ietf:bcp:47';
const BCP13 = 'urn:ietf:bcp:13';
const COUNTRY = 'urn:iso:std:iso:3166';
const PART = 'urn:iso:std:iso:3166:-2';
const CURRENCY = 'urn:iso:std:iso:4217';
const ZONE = 'https://www.iana.org/time-zones';
const M49 = 'http://unstats.un.org/unsd/methods/m49/m49.htm';

const source = computedSystems();

async function open(url: string): Promise<CodeSystem> {
  const system = await source.codeSystem(url, undefined);
  if (system === undefined) throw new Error(`${url} is not held`);
  return system;
}

async function display(url: string, code: string): Promise<string | undefined> {
  return (await (await open(url)).find([code])).get(code)?.display;
}

async function selected(url: string, filter: ConceptFilter): Promise<string[]> {
  const page = await (await open(url)).select({ filters: [filter], isActiveOnly: false, offset: 0, count: 10_000 });
  return page.concepts.map(({ code }) => code);
}

test.each([
  [UCUM, 'mg/dL', 'mg/dL'],
  [UCUM, 'mmol/(24.h)', 'mmol/(24.h)'],
  [UCUM, '10*9/L', '10*9/L'],
  [UCUM, '{score}', '{score}'],
  [BCP47, 'de', 'German'],
  [BCP47, 'pt-BR', 'Portuguese (Brazil)'],
  [BCP47, 'en-us', 'English (United States)'],
  [BCP47, 'zh-Hant-TW', 'Chinese (Han (Traditional variant), Taiwan, Province of China)'],
  [BCP47, 'zh-cmn', 'Chinese (Mandarin Chinese)'],
  [BCP47, 'de-CH-1901', 'German (Switzerland, Traditional German orthography)'],
  [BCP47, 'es-419', 'Spanish (Latin America and the Caribbean)'],
  [BCP47, 'en-u-ca-gregory-x-clinic', 'English (u-ca-gregory, clinic)'],
  [BCP47, 'qaa', 'Private use'],
  [BCP47, 'i-klingon', 'Klingon'],
  [BCP13, 'application/pdf', 'application/pdf'],
  [BCP13, 'text/plain; charset=utf-8', 'text/plain; charset=utf-8'],
  [BCP13, 'multipart/related;boundary="a b"', 'multipart/related;boundary="a b"'],
  [BCP13, 'application/vnd.example.clinic+json', 'application/vnd.example.clinic+json'],
  [BCP13, 'json', 'application/fhir+json'],
  [COUNTRY, 'US', 'United States of America'],
  [COUNTRY, 'DEU', 'Germany'],
  [COUNTRY, '276', 'Germany'],
  [PART, 'US-CA', 'California'],
  ['urn:iso:std:iso:639:-1', 'de', 'German'],
  [CURRENCY, 'EUR', 'Euro'],
  [ZONE, 'Europe/Berlin', 'Europe/Berlin (Central European Time)'],
  [ZONE, 'UTC', 'UTC'],
  [ZONE, 'Etc/GMT+5', 'Etc/GMT+5'],
  [M49, '150', 'Europe'],
  [M49, '276', 'Germany'],
])('%s has %s', async (url, code, expected) => {
  expect(await display(url, code)).toBe(expected);
});

test.each([
  [UCUM, 'KG'],
  [UCUM, 'kgXX'],
  [UCUM, 'mgs'],
  [UCUM, ''],
  [BCP47, ''],
  [BCP47, 'english'],
  [BCP47, 'xx'],
  [BCP47, 'de_DE'],
  [BCP47, 'de-'],
  [BCP47, 'de-XQQ1'],
  [BCP47, 'de-1901-1901'],
  [BCP47, 'en-u'],
  [BCP13, 'pdf'],
  [BCP13, 'application'],
  [BCP13, 'cat/pdf'],
  [BCP13, 'text/plain; charset'],
  [COUNTRY, 'us'],
  [COUNTRY, 'UK'],
  [COUNTRY, '000'],
  [PART, 'US-ZZ'],
  [CURRENCY, 'eur'],
  ['urn:iso:std:iso:639:-1', 'deu'],
  [ZONE, 'Europe/berlin'],
  [M49, '999'],
])('%s has no "%s"', async (url, code) => {
  expect(await display(url, code)).toBeUndefined();
});

test('every absolute URI is one', async () => {
  const found = await (await open('urn:ietf:rfc:3986')).find(['urn:oid:1.2.3', 'http://example.org/a b', 'Patient/1']);
  expect([...found.keys()]).toEqual(['urn:oid:1.2.3']);
});

test('codes that are left to users exist, under whatever name', async () => {
  const found = await (await open(COUNTRY)).find(['XY', 'QMZ', '999', 'QLZ']);
  expect([...found.keys()]).toEqual(['XY', 'QMZ', '999']);
  expect(found.get('XY')?.display).toBeUndefined();
});

test('endless codes are none', async () => {
  expect(await display(UCUM, '('.repeat(150))).toBeUndefined();
  expect(await display(BCP47, `en-x-${'a-'.repeat(400)}b`)).toBeUndefined();
  expect(await display(BCP13, `text/plain${'; a=b'.repeat(400)}`)).toBeUndefined();
});

test('units of one dimension are those of the canonical filter', async () => {
  const mass = await selected(UCUM, { property: 'canonical', op: '=', value: 'g' });
  expect(mass).toEqual(expect.arrayContaining(['kg', 'mg', '[lb_av]']));
  expect(mass).not.toContain('mL');
  const ucum = await open(UCUM);
  // R4 names the year for all units of time.
  const filter = { property: 'canonical', op: '=', value: 'a' };
  expect([...(await ucum.matching(['min', 'h', 'wk', 'kg'], [filter]))]).toEqual(['min', 'h', 'wk']);
});

test('parts of a tag are properties for filters', async () => {
  const bcp47 = await open(BCP47);
  const codes = ['en', 'en-US', 'zh-Hant', 'de-1901', 'nonsense'];
  const without = (property: string): ConceptFilter => ({ property, op: 'exists', value: 'false' });
  expect([...(await bcp47.matching(codes, [without('script'), without('variant')]))]).toEqual(['en', 'en-US']);
});

test.each([
  [COUNTRY, { property: 'code', op: 'regex', value: '[0-9]{3}' }, 249, '004'],
  [COUNTRY, { property: 'code', op: 'regex', value: '[A-Z]{3}' }, 250, 'AFG'],
  [PART, { property: 'country', op: '=', value: 'CH' }, 26, 'CH-ZH'],
  [M49, { property: 'class', op: '=', value: 'region' }, 29, '150'],
  [CURRENCY, { property: 'decimals', op: '=', value: '3' }, 7, 'KWD'],
  [COUNTRY, { property: 'concept', op: 'in', value: 'CH,AT,LI' }, 3, 'LI'],
])('%s filtered by %o', async (url, filter, count, member) => {
  const codes = await selected(url, filter);
  expect(codes).toContain(member);
  expect(Math.abs(codes.length - count)).toBeLessThanOrEqual(3);
});

test.each([
  [CURRENCY, { property: 'colour', op: '=', value: 'red' }],
  [CURRENCY, { property: 'code', op: 'like', value: 'E' }],
  [UCUM, { property: 'canonical', op: 'regex', value: 'g' }],
  [CURRENCY, { property: 'code', op: 'regex', value: '(?=E)' }],
])('%s refuses the filter %o', async (url, filter) => {
  await expect(selected(url, filter)).rejects.toMatchObject({ code: 'terminology.filter', status: 422 });
});

test('a pattern that would backtrack for ever answers at once', async () => {
  const start = Date.now();
  await selected(ZONE, { property: 'code', op: 'regex', value: '(([A-Za-z/]+)+)+!' });
  expect(Date.now() - start).toBeLessThan(5000);
});

test('typed words find codes, names and other languages', async () => {
  const find = async (url: string, text: string): Promise<string | undefined> => {
    const page = await (await open(url)).select({ filters: [], text, isActiveOnly: true, offset: 0, count: 1 });
    return page.concepts[0]?.code;
  };
  expect(await find(COUNTRY, 'germ')).toBe('DE');
  expect(await find(COUNTRY, 'österreich')).toBe('AT');
  expect(await find(UCUM, 'milligram per dec')).toBe('mg/dL');
  expect(await find(BCP47, 'portug')).toBe('pt');
  expect(await find(CURRENCY, 'swiss fr')).toBe('CHF');
  expect(await find(ZONE, 'new york')).toBe('America/New_York');
});

test('pages of a list have a total, pages of a grammar say that they are not all', async () => {
  const currencies = await open(CURRENCY);
  const page = await currencies.select({ filters: [], isActiveOnly: false, offset: 10, count: 5 });
  expect(page.concepts).toHaveLength(5);
  expect(page).toMatchObject({ hasMore: true });
  expect(page.total).toBeGreaterThan(150);
  expect(page.isOpen).toBeUndefined();
  const countries = await (await open(COUNTRY)).select({ filters: [], isActiveOnly: false, offset: 0, count: 1 });
  expect(countries.isOpen).toBeUndefined();
  const units = await open(UCUM);
  expect(await units.select({ filters: [], isActiveOnly: false, offset: 0, count: 1 })).toMatchObject({ isOpen: true });
});

test('versions are told where the data tell them, and others are not held', async () => {
  expect(await source.versions(BCP47)).toEqual([expect.stringMatching(/^20\d\d-\d\d-\d\d$/)]);
  expect(await source.versions(COUNTRY)).toEqual(['']);
  expect(await source.versions('http://example.org/none')).toEqual([]);
  expect(await source.codeSystem(CURRENCY, '1970')).toBeUndefined();
  expect(await source.codeSystem('http://loinc.org', undefined)).toBeUndefined();
});

test('names that mean the same zone point to it', async () => {
  const zone = (await (await open(ZONE)).find(['US/Eastern'])).get('US/Eastern');
  expect(zone?.properties).toContainEqual({ code: 'same-as', type: 'valueCode', value: 'America/New_York' });
});
