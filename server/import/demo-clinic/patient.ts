import { ALLERGIES, codeable, coded, VACCINES } from './codes.ts';
import { FAMILY_NAMES, FEMALE_NAMES, MALE_NAMES, STREETS } from './names.ts';
import type { Practice, Reference } from './practice.ts';
import type { Random } from './random.ts';
import { day, type Store } from './store.ts';

export interface DemoPatient {
  readonly number: number;
  readonly reference: Reference;
  readonly practitioner: Reference;
}

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';

/** A patient with what does not belong to a visit: allergies and immunizations. */
export function addPatient(store: Store, random: Random, practice: Practice, number: number): DemoPatient {
  const isFemale = random.chance(0.5);
  const practitioner = random.pick(practice.practitioners);
  const reference = store.add('Patient', `patient-${number}`, {
    active: true,
    identifier: [{ use: 'usual', system: 'urn:athanor:demo:mrn', value: `MRN${String(number).padStart(4, '0')}` }],
    name: [
      {
        use: 'official',
        family: random.pick(FAMILY_NAMES),
        given: [random.pick(isFemale ? FEMALE_NAMES : MALE_NAMES)],
      },
    ],
    telecom: [{ system: 'phone', value: `+44 7700 900${String(100 + number)}`, use: 'mobile' }],
    gender: isFemale ? 'female' : 'male',
    birthDate: day(-random.between(365 * 18, 365 * 84)),
    address: [
      { use: 'home', line: [`${random.between(1, 120)} ${random.pick(STREETS)}`], city: 'Ashford', country: 'GB' },
    ],
    generalPractitioner: [practitioner],
    managingOrganization: practice.organization,
  });
  const patient = { number, reference, practitioner };
  if (random.chance(0.4)) addAllergy(store, random, patient);
  addImmunization(store, random, practice, patient);
  return patient;
}

function addAllergy(store: Store, random: Random, { number, reference, practitioner }: DemoPatient): void {
  store.add('AllergyIntolerance', `patient-${number}-allergy`, {
    clinicalStatus: coded(`${TERMINOLOGY}/allergyintolerance-clinical`, 'active'),
    verificationStatus: coded(`${TERMINOLOGY}/allergyintolerance-verification`, 'confirmed'),
    type: 'allergy',
    criticality: random.pick(['low', 'high']),
    code: codeable(random.pick(ALLERGIES)),
    patient: reference,
    recorder: practitioner,
    recordedDate: day(-random.between(30, 2000)),
  });
}

function addImmunization(
  store: Store,
  random: Random,
  practice: Practice,
  { number, reference, practitioner }: DemoPatient,
): void {
  store.add('Immunization', `patient-${number}-immunization`, {
    status: 'completed',
    vaccineCode: codeable(random.pick(VACCINES)),
    patient: reference,
    occurrenceDateTime: day(-random.between(20, 700)),
    primarySource: true,
    lotNumber: `L${random.between(10_000, 99_999)}`,
    location: practice.locations[0],
    performer: [{ actor: practitioner }],
  });
}
