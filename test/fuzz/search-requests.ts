import type { Random } from '../../server/import/demo-clinic/random.ts';
import { BASE, json, type FuzzRequest } from './fuzz-request.ts';
import { HOSTILE_TEXTS } from './hostile-values.ts';

const TYPES = [
  'Patient',
  'Observation',
  'Encounter',
  'Condition',
  'Bundle',
  'Binary',
  'SearchParameter',
  'Patients',
  'patient',
] as const;
const PARAMETERS = [
  'name',
  'birthdate',
  'identifier',
  'code',
  'date',
  'patient',
  'subject',
  'value-quantity',
  'code-value-quantity',
  '_id',
  '_lastUpdated',
  '_tag',
  '_sort',
  '_count',
  '_total',
  '_include',
  '_revinclude',
  '_summary',
  '_elements',
  '_filter',
  '_content',
  '_text',
  '_list',
  '_type',
  '_contained',
  '_format',
  '_pretty',
  '_cursor',
  '_has:Observation:patient:code',
  'subject:Patient.name',
  'general-practitioner:Practitioner.name',
  'name:exact',
  'code:in',
  'code:not',
  'code:above',
  'subject:identifier',
  'near',
  'bogus',
  '__proto__',
  'constructor',
  'hasOwnProperty',
] as const;
const VALUES = [
  'smith',
  '2024',
  'ge2024-01-01',
  'sa2024-13-01',
  'http://loinc.org|8867-4',
  '|8867-4',
  'http://loinc.org|',
  'Patient/demo-patient-1',
  'gt5.4|http://unitsofmeasure.org|mg',
  '0',
  '100000000000000000000',
  '-date,_id',
  'Observation:patient',
  '*',
  'name eq "a" and (birthdate gt 2000 or',
  '8867-4$gt60',
  '-83.69|42.25|11.2|km',
  'Patient:',
  'accurate',
  'true',
] as const;

export function search(random: Random): FuzzRequest {
  const pairs = Array.from({ length: random.between(1, 2) }, () => {
    const value = random.chance(0.75) ? random.pick(VALUES) : random.pick(HOSTILE_TEXTS);
    const raw = random.chance(0.05) ? Array(random.between(500, 5000)).fill(value.slice(0, 10)).join(',') : value;
    const text = random.chance(0.9) ? encodeURIComponent(raw.toWellFormed()) : raw.replace(/[^!-~]/g, '%');
    return `${random.pick(PARAMETERS)}=${text}`;
  });
  const path = `${BASE}${random.pick(['', '/', ...TYPES.map((type) => `/${type}`), '/Patient/demo-patient-1/Observation', '/Patient/demo-patient-1/*'])}`;
  const query = pairs.join(random.pick(['&', '&&', '&=&']));
  if (random.chance(0.2)) return json('POST', `${path}/_search`, query, 'application/x-www-form-urlencoded');
  return { method: random.pick(['GET', 'GET', 'GET', 'HEAD', 'DELETE']), target: `${path}?${query}`, headers: {} };
}
