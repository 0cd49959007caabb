import type { SearchTree } from '../tree.ts';
import { parse, refusal } from './readable-tree.fixture.ts';

function includes({ includes }: SearchTree): string[] {
  return includes.map(
    ({ direction, iterate, source, params, target }) =>
      `${direction}${iterate ? ':iterate' : ''} ${source}:${params.map((p) => p.code).join(',')}${target === undefined ? '' : `:${target}`}`,
  );
}

const sorted = ({ sort }: SearchTree): string[] =>
  sort.map(({ by, descending }) => `${descending ? '-' : ''}${typeof by === 'string' ? by : by.code}`);

test('defaults', () => {
  expect(parse('Patient?')).toEqual({
    types: ['Patient'],
    filters: [],
    sort: [],
    count: 20,
    total: 'none',
    includes: [],
    summary: 'false',
    elements: [],
    contained: 'false',
    containedType: 'container',
    cursor: undefined,
    explain: false,
    self: '',
    warnings: [],
  });
});

test.each<[string, Partial<SearchTree>]>([
  ['_count=5', { count: 5, self: '_count=5' }],
  ['_count=99999', { count: 1000, self: '_count=1000' }],
  ['_count=0', { count: 0, total: 'accurate' }],
  ['_summary=count', { count: 0, total: 'accurate', summary: 'count' }],
  ['_summary=count&_total=estimate', { count: 0, total: 'estimate' }],
  ['_total=accurate&_summary=text', { total: 'accurate', summary: 'text', count: 20 }],
  ['_elements=name,birthDate&_elements=deceasedBoolean', { elements: ['name', 'birthDate', 'deceasedBoolean'] }],
  ['_contained=both&_containedType=contained', { contained: 'both', containedType: 'contained' }],
  ['_cursor=abc&active=true', { cursor: 'abc', self: 'active=true' }],
  ['_explain=true', { explain: true }],
  ['_format=xml&_pretty=true', { filters: [], self: '_format=xml&_pretty=true' }],
  ['name=%C3%A9&active=true', { self: 'name=%C3%A9&active=true' }],
  ['name=<é>', { self: 'name=%3C%C3%A9%3E' }],
])('%s', (query, expected) => {
  expect(parse(`Patient?${query}`)).toMatchObject(expected);
});

test.each([
  ['_sort=-birthdate,family,_id', ['-birthdate', 'family', '_id']],
  ['_sort=family&_sort=-_lastUpdated', ['family', '-_lastUpdated']],
])('%s', (query, expected) => {
  expect(sorted(parse(`Patient?${query}`))).toEqual(expected);
});

test.each([
  ['Observation?_include=Observation:subject', ['include Observation:subject']],
  ['Observation?_include=Observation:subject:Patient', ['include Observation:subject:Patient']],
  ['Observation?_include:iterate=Patient:organization', ['include:iterate Patient:organization']],
  ['Patient?_include=*', ['include Patient:general-practitioner,link,organization']],
  ['Patient?_include=Patient:*:Organization', ['include Patient:general-practitioner,organization:Organization']],
  ['Patient?_revinclude=Observation:patient', ['revinclude Observation:patient']],
  ['Patient?_revinclude=Condition:*', ['revinclude Condition:asserter,evidence-detail,patient,subject']],
  ['Patient?_revinclude:iterate=Provenance:target', ['revinclude:iterate Provenance:target']],
])('%s', (url, expected) => {
  expect(includes(parse(url))).toEqual(expected);
});

test('_revinclude=* asks all types that can point to the searched one', () => {
  const sources = parse('Patient?_revinclude=*').includes.map((include) => include.source);
  expect(sources).toContain('Observation');
  expect(sources).not.toContain('ValueSet');
  expect(sources.length).toBeGreaterThan(60);
});

test.each([
  ['Patient?_count=-1', 'Give a number of resources per page'],
  ['Patient?_count=1&_count=2', 'more than once'],
  ['Patient?_total=maybe', 'Give one of none, estimate, accurate'],
  ['Patient?_summary=maybe', 'Give one of true, text, data, count, false'],
  ['Patient?_contained=maybe', 'Give one of false, true, both'],
  ['Patient?_elements=foo', 'Give elements at the root of Patient'],
  ['Patient?_sort=foo', 'Supported are _id, _lastUpdated'],
  ['Observation?_sort=code-value-quantity', 'Supported are _id, _lastUpdated'],
  ['Patient?_sort=deceased', 'deceased of Patient has no order. Supported are _id'],
  ['?_type=Patient,Person&_sort=name', 'sorted by _id or _lastUpdated'],
  ['Patient?_type=Patient', 'searches on the system'],
  ['Patient?_include=Observation:subject', 'Only references of Patient are followed'],
  ['Patient?_include=Patient:name', 'Supported are general-practitioner, link, organization'],
  ['Patient?_include=Patient', 'Give Type:reference'],
  ['Patient?_include:foo=Patient:link', 'It takes :iterate'],
  ['Patient?_include=Patient:link:Foo', 'not a resource type'],
  ['Patient?_include=Patient:organization:Practitioner', 'organization of Patient points to Organization only'],
  ['Patient?_revinclude=Foo:bar', 'not a resource type'],
  ['PlanDefinition?_include=PlanDefinition:depends-on', 'holds no literal references'],
  ['Practitioner?_revinclude=Observation:patient', 'patient of Observation points to Patient only'],
])('%s is refused', (url, text) => {
  expect(refusal(url)).toMatch(/^400 /);
  expect(refusal(url)).toContain(text);
});

describe('lenient handling', () => {
  test('leaves out what is unknown or malformed, with a warning each', () => {
    const tree = parse('Patient?foo=1&birthdate=abc&active=true&_count=x', true);
    expect(tree.self).toBe('active=true');
    expect(tree.filters).toHaveLength(1);
    expect(tree.warnings.map((issue) => [issue.severity, issue.expression])).toEqual([
      ['warning', ['http.foo']],
      ['warning', ['http.birthdate']],
      ['warning', ['http._count']],
    ]);
  });

  test('parameters without a value are left out in any case', () => {
    const tree = parse('Patient?name=&active=true&family=,');
    expect(tree.self).toBe('active=true');
    expect(tree.warnings.map((issue) => issue.expression)).toEqual([['http.name'], ['http.family']]);
  });
});
