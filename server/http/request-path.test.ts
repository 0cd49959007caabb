import { isFhirTarget, parseTarget, queryValue } from './request-path.ts';

test.each([
  ['/fhir/R4', true],
  ['/fhir/R4/', true],
  ['/fhir/R4?_type=Patient', true],
  ['/fhir/R4/Patient', true],
  ['/fhir/R4B', false],
  ['/fhir/R4/.well-known/smart-configuration', false],
  ['/fhir/R4/.well-known', true],
  ['/fhir', false],
  ['/ready', false],
])('%s is FHIR: %s', (target, expected) => {
  expect(isFhirTarget(target)).toBe(expected);
});

test.each([
  ['/fhir/R4', [], ''],
  ['/fhir/R4/', [], ''],
  ['/fhir/R4?a=b', [], 'a=b'],
  ['/fhir/R4/?a=b', [], 'a=b'],
  ['/fhir/R4/Patient/1/', ['Patient', '1'], ''],
  ['/fhir/R4/Patient?name=a/b', ['Patient'], 'name=a/b'],
  ['/fhir/R4/Patient/%24everything', ['Patient', '$everything'], ''],
  ['/fhir/R4//Patient', ['', 'Patient'], ''],
  ['/fhir/R4/Patient/a%2Fb', ['Patient', 'a/b'], ''],
])('%s', (target, path, query) => {
  expect(parseTarget(target)).toEqual({ path, query });
});

test.each(['/fhir/R4/Patient/%', '/fhir/R4/%ff'])('%s is refused', (target) => {
  expect(() => parseTarget(target)).toThrow(/percent-encoded/);
});

test.each([
  ['_format=xml', 'xml'],
  ['a=1&_format=application%2Ffhir%2Bxml', 'application/fhir+xml'],
  ['_format=json&_format=xml', 'xml'],
  ['x_format=json', undefined],
  ['', undefined],
  ['_format=%', '%'],
])('the _format of %s', (query, expected) => {
  expect(queryValue(query, '_format')).toBe(expected);
});
