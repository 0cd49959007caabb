import type { Slot } from '../registry-types.ts';

/**
 * How many resources a condition is likely to leave; the lowest is looked up first. Below {@link SURE} it is few for
 * certain; otherwise a bounded count decides while the search runs (see page-rows.ts).
 */
export const RANK = {
  id: 0,
  identifier: 1,
  list: 2,
  patientReference: 5,
  exactText: 20,
  narrowDate: 25,
  startOfText: 30,
  chain: 32,
  position: 33,
  code: 40,
  reference: 45,
  quantity: 50,
  date: 55,
  anyUnit: 57,
  updated: 58,
  boundCode: 60,
  containedText: 70,
  system: 80,
  everything: 100,
} as const;

export const SURE = 10;

/** Resources that many others refer to; references to any other type (Patient, Encounter, …) select few. */
const HUBS = new Set([
  'ActivityDefinition',
  'CareTeam',
  'CodeSystem',
  'Device',
  'Endpoint',
  'Group',
  'HealthcareService',
  'InsurancePlan',
  'Library',
  'Location',
  'Measure',
  'Medication',
  'Organization',
  'PlanDefinition',
  'Practitioner',
  'PractitionerRole',
  'Questionnaire',
  'ResearchStudy',
  'Schedule',
  'StructureDefinition',
  'Substance',
  'ValueSet',
]);

const FEW_TARGETS = 50;

export function referenceRank(targets: readonly string[]): number {
  if (targets.length > FEW_TARGETS) return RANK.reference;
  const isFew = targets.every((text) => {
    const slash = text.indexOf('/');
    return slash > 0 && !text.includes(':') && !HUBS.has(text.slice(0, slash));
  });
  return isFew ? RANK.patientReference : RANK.reference;
}

export function tokenRank(slot: Slot, impliedSystem: string | undefined): number {
  if (slot.name === 'identifier' || slot.name.endsWith('.identifier') || slot.name.includes('#'))
    return RANK.identifier;
  return impliedSystem === undefined ? RANK.code : RANK.boundCode;
}
