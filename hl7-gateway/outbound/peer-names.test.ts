import type { Partner } from '../partner/partner.ts';
import { systemsOf } from '../partner/systems.ts';
import { PLACER_SYSTEM, peerNames } from './peer-names.ts';

const partner: Pick<Partner, 'id' | 'systems'> = {
  id: 'lab',
  systems: [
    { kind: 'assigner', name: 'HOSP', uri: 'https://hospital.example/mrn' },
    { kind: 'assigner', name: '1.2.840.1', uri: 'https://hospital.example/visit' },
    { kind: 'coding-system', name: 'L', uri: 'https://lab.example/codes' },
  ],
};
const names = peerNames(partner);
const systems = systemsOf(partner);

test.each([
  'https://hospital.example/mrn',
  'https://hospital.example/visit',
  'urn:oid:1.2.3',
  'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
  'https://athanor.health/fhir/hl7/lab/A%20B%26C',
  'https://athanor.health/fhir/hl7/other/X',
  'http://hl7.org/fhir/sid/us-npi',
  PLACER_SYSTEM,
])('numbering %s comes back as itself', (system) => {
  const { namespace, universalId, type } = names.assigner(system);
  expect(systems.ofAssigner(namespace, universalId, type)).toBe(system);
});

test.each([
  'https://lab.example/codes',
  'http://loinc.org',
  'http://snomed.info/sct',
  'http://hl7.org/fhir/sid/icd-10-cm',
  'http://terminology.hl7.org/CodeSystem/v2-0074',
  'https://athanor.health/fhir/hl7/lab/codes',
  'https://athanor.health/fhir/hl7/lab/codes/99%2FX',
  'https://elsewhere.example/codes',
])('coding system %s comes back as itself', (system) => {
  expect(systems.ofCodingSystem(names.codingSystem(system), '')).toBe(system);
});
