import { createBaseUrl } from './base-url.ts';

test.each(['localhost:8080', '127.0.0.1:9000', '[::1]:8080', 'LOCALHOST'])(
  'links follow the Host header %s',
  (host) => {
    const baseUrlOf = createBaseUrl('http://localhost:8080/fhir/R4', false);
    expect(baseUrlOf(host)).toBe(`http://${host}/fhir/R4`);
    expect(baseUrlOf(undefined)).toBe('http://localhost:8080/fhir/R4');
  },
);

test('a configured base URL is served to every client', () => {
  const baseUrlOf = createBaseUrl('https://fhir.example.org/fhir/R4', true);
  expect(baseUrlOf('localhost:8080')).toBe('https://fhir.example.org/fhir/R4');
  expect(baseUrlOf('fhir.example.org')).toBe('https://fhir.example.org/fhir/R4');
});

test.each(['evil.example', 'localhost.evil.example:8080', '', 'a b', 'localhost:80:80'])(
  'the Host "%s" is not this server',
  (host) => {
    const baseUrlOf = createBaseUrl('http://localhost:8080/fhir/R4', false);
    expect(() => baseUrlOf(host)).toThrow(/set BASE_URL/);
  },
);
