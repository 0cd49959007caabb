import { Fault } from '../../kernel/fault.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { readManifest } from './manifest.ts';

const plain = { name: 'example.guide', version: '1.0.0', fhirVersions: ['4.0.1'] };

test.each<[string, JsonValue]>([
  ['fhirVersions', plain],
  ['fhir-version-list', { ...plain, fhirVersions: null, 'fhir-version-list': ['4.0.1'] }],
  ['fhirVersion', { name: 'example.guide', version: '1.0.0', fhirVersion: '4.0.1' }],
  ['one of several', { ...plain, fhirVersions: ['5.0.0', '4.0.1'] }],
  ['4.0', { ...plain, fhirVersions: ['4.0'] }],
])('R4 is said by %s', (_how, json) => {
  expect(readManifest(json)).toMatchObject({ name: 'example.guide', version: '1.0.0', canonical: '' });
});

test('canonical and dependencies', () => {
  const json = { ...plain, canonical: 'http://example.org/', dependencies: { 'hl7.fhir.r4.core': '4.0.1' } };
  expect(readManifest(json)).toMatchObject({
    canonical: 'http://example.org',
    dependencies: new Map([['hl7.fhir.r4.core', '4.0.1']]),
  });
});

test.each<[string, JsonValue, number, RegExp]>([
  ['no object', [], 400, /must be an object/],
  ['no name', { version: '1.0.0' }, 400, /name must be/],
  ['a name that is a path', { ...plain, name: '../x' }, 400, /name must be/],
  ['a version that is a number', { ...plain, version: 1 }, 400, /version must be/],
  ['dependencies that are a list', { ...plain, dependencies: ['a'] }, 400, /versions by name/],
  ['dependencies without versions', { ...plain, dependencies: { a: null } }, 400, /versions by name/],
  ['another version of FHIR', { ...plain, fhirVersions: ['4.3.0'] }, 422, /is for FHIR 4\.3\.0/],
  ['no version of FHIR', { name: 'a', version: '1' }, 422, /is for FHIR none/],
])('%s is refused', (_what, json, status, text) => {
  const error = catchFault(() => readManifest(json));
  expect([error.status, error.issues[0]?.text]).toEqual([status, expect.stringMatching(text)]);
});

function catchFault(run: () => unknown): Fault {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
