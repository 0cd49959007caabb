import { loadDefinitions } from '../../definitions/load.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { createWalk, type Walk } from '../walk.ts';
import { resolveIn } from './resolve.ts';

const BASE = 'http://example.org/fhir/';
const organization: JsonObject = { resourceType: 'Organization', id: 'o', name: 'contained' };
const patient: JsonObject = { resourceType: 'Patient', id: '1', contained: [organization] };
const first: JsonObject = { resourceType: 'Observation', id: '2', meta: { versionId: '1' } };
const second: JsonObject = { resourceType: 'Observation', id: '2', meta: { versionId: '2' } };
const device: JsonObject = { resourceType: 'Device', id: 'd' };
const patientEntry: JsonObject = { fullUrl: `${BASE}Patient/1`, resource: patient };
const deviceEntry: JsonObject = { fullUrl: 'urn:uuid:6a3bb5a9-3a2b-4d0c-8d1c-3d6a0f6c6f11', resource: device };
const bundle: JsonObject = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    patientEntry,
    { fullUrl: `${BASE}Observation/2`, resource: first },
    { fullUrl: `${BASE}Observation/2`, resource: second },
    deviceEntry,
  ],
};
const parameters: JsonObject = {
  resourceType: 'Parameters',
  parameter: [
    { name: 'a', part: [{ name: 'b', resource: bundle }] },
    {
      name: 'c',
      resource: { resourceType: 'Group', id: 'g' },
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/parameters-fullUrl', valueUri: 'urn:oid:1.2.3' }],
    },
  ],
};

/** In the resource of an entry of the Bundle, which stands in the Parameters. */
function walkIn(entry: JsonObject, resource: JsonObject): Walk {
  const env = {
    definitions: loadDefinitions(),
    canonicals: { version: 0, find: () => undefined, all: () => [], codeSystems: () => [] },
    codes: { known: () => undefined, ask: () => Promise.resolve([]) },
  };
  const walk = createWalk(env, {}, 'Parameters');
  walk.resources.push(
    { resource: parameters, isContained: false, depth: 1 },
    { resource: bundle, isContained: false, depth: 6, owner: { name: 'b', resource: bundle } },
    { resource, isContained: false, depth: 9, owner: entry },
  );
  return walk;
}

test.each([
  ['#o', organization],
  ['#', patient],
  ['#x', undefined],
  ['Patient/1', patient],
  [`${BASE}Patient/1`, patient],
  ['http://elsewhere.org/fhir/Patient/1', undefined],
  ['Observation/2', undefined],
  ['Observation/2/_history/2', second],
  ['Observation/2/_history/3', undefined],
  ['urn:uuid:6a3bb5a9-3a2b-4d0c-8d1c-3d6a0f6c6f11', device],
  ['Device/d', undefined],
  ['urn:oid:1.2.3', { resourceType: 'Group', id: 'g' }],
  ['Group/g', { resourceType: 'Group', id: 'g' }],
  ['Patient?identifier=7', undefined],
  ['', undefined],
])('%s', (reference, expected) => {
  expect(resolveIn(walkIn(patientEntry, patient), reference)).toEqual(expected);
});

test('a urn has no base that relative references could be taken from', () => {
  expect(resolveIn(walkIn(deviceEntry, device), 'Patient/1')).toBeUndefined();
});

test('a contained resource refers to its siblings and to the container', () => {
  const walk = walkIn(patientEntry, patient);
  walk.resources.push({ resource: organization, isContained: true, depth: 11, owner: patient });
  expect(resolveIn(walk, '#o')).toBe(organization);
  expect(resolveIn(walk, '#')).toBe(patient);
  expect(resolveIn(walk, 'Patient/1')).toBe(patient);
});
