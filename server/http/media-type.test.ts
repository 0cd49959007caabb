import { formatOf, parseAccept, parseMediaType } from './media-type.ts';

test.each([
  [undefined, 'json', []],
  ['*/*', 'json', []],
  ['application/fhir+json', 'json', ['application/fhir+json']],
  ['application/fhir+xml', 'xml', ['application/fhir+xml']],
  ['application/json;q=0.5, application/fhir+xml', 'xml', ['application/fhir+xml', 'application/json']],
  ['text/html, application/xml;q=0.9, */*;q=0.8', 'xml', ['text/html', 'application/xml', '*/*']],
  ['image/png, */*;q=0.1', 'json', ['image/png', '*/*']],
  ['image/png', undefined, ['image/png']],
  ['application/fhir+json;q=0', undefined, []],
  ['application/fhir+json; fhirVersion=4.0', 'json', ['application/fhir+json']],
  ['application/fhir+json; fhirVersion=3.0', undefined, []],
])('Accept: %s is answered as %s', (header, format, types) => {
  expect(parseAccept(header)).toEqual({ format, types });
});

test.each([
  ['json', 'json'],
  ['xml', 'xml'],
  ['application/fhir+xml', 'xml'],
  ['application/fhir json', 'json'],
  ['text/xml', 'xml'],
] as const)('_format=%s is %s', (parameter, format) => {
  expect(formatOf(parameter)).toBe(format);
});

test.each(['ttl', 'html', '', '*/*', 'application/fhir+json;fhirVersion=5.0'])('_format=%s is refused', (parameter) => {
  expect(() => formatOf(parameter)).toThrow(/application\/fhir\+json/);
});

test('a media type is lower case without its parameters', () => {
  expect(parseMediaType('Application/FHIR+JSON; Charset="UTF-8"')).toEqual({
    type: 'application/fhir+json',
    parameters: { charset: 'UTF-8' },
  });
});
