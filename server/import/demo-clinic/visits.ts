import { CHRONIC_CONDITIONS, codeable, coded, VISIT_REASONS, type ChronicCondition } from './codes.ts';
import { addMeasurement, addVitalSigns } from './observations.ts';
import type { DemoPatient } from './patient.ts';
import type { Practice, Reference } from './practice.ts';
import type { Random } from './random.ts';
import { day, instant, type Store } from './store.ts';

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const MINUTES = 20;

/** Past visits, each with its appointment, vital signs and laboratory, and one appointment to come. */
export function addVisits(store: Store, random: Random, practice: Practice, patient: DemoPatient): void {
  const condition = random.chance(0.7) ? random.pick(CHRONIC_CONDITIONS) : undefined;
  const visits = random.between(1, 4);
  let since = -random.between(200, 900);
  for (let visit = 1; visit <= visits; visit += 1) {
    const encounter = addEncounter(store, random, practice, patient, visit, since, condition);
    if (visit === 1 && condition !== undefined) addTreatment(store, patient, encounter, condition, since);
    since += Math.floor(-since / (visits - visit + 2));
  }
  addAppointment(store, random, practice, patient, 'next', random.between(1, 40), 'booked');
}

function addEncounter(
  store: Store,
  random: Random,
  practice: Practice,
  patient: DemoPatient,
  visit: number,
  on: number,
  condition: ChronicCondition | undefined,
): Reference {
  const prefix = `patient-${patient.number}-visit-${visit}`;
  const { appointment, minute, location } = addAppointment(
    store,
    random,
    practice,
    patient,
    `visit-${visit}`,
    on,
    'fulfilled',
  );
  const encounter = store.add('Encounter', prefix, {
    status: 'finished',
    class: { system: `${TERMINOLOGY}/v3-ActCode`, code: 'AMB', display: 'ambulatory' },
    type: [codeable(random.pick(VISIT_REASONS))],
    subject: patient.reference,
    participant: [{ individual: patient.practitioner }],
    appointment: [appointment],
    period: { start: instant(on, minute), end: instant(on, minute + MINUTES) },
    location: [{ location }],
    serviceProvider: practice.organization,
  });
  const context = {
    patient: patient.reference,
    encounter,
    performer: patient.practitioner,
    at: instant(on, minute + 5),
    prefix,
  };
  addVitalSigns(store, random, context);
  for (const test of condition?.laboratory ?? []) addMeasurement(store, random, context, 'laboratory', test);
  return encounter;
}

function addAppointment(
  store: Store,
  random: Random,
  practice: Practice,
  { number, reference, practitioner }: DemoPatient,
  name: string,
  on: number,
  status: 'booked' | 'fulfilled',
): { readonly appointment: Reference; readonly minute: number; readonly location: Reference } {
  const minute = 8 * 60 + random.between(0, 24) * MINUTES;
  const location = random.pick(practice.locations);
  const participants = [reference, practitioner, location];
  const appointment = store.add('Appointment', `patient-${number}-appointment-${name}`, {
    status,
    start: instant(on, minute),
    end: instant(on, minute + MINUTES),
    minutesDuration: MINUTES,
    participant: participants.map((actor) => ({ actor, status: 'accepted' })),
  });
  return { appointment, minute, location };
}

function addTreatment(
  store: Store,
  { number, reference, practitioner }: DemoPatient,
  encounter: Reference,
  { code, medication, dose }: ChronicCondition,
  on: number,
): void {
  const condition = store.add('Condition', `patient-${number}-condition`, {
    clinicalStatus: coded(`${TERMINOLOGY}/condition-clinical`, 'active'),
    verificationStatus: coded(`${TERMINOLOGY}/condition-ver-status`, 'confirmed'),
    category: [coded(`${TERMINOLOGY}/condition-category`, 'problem-list-item')],
    code: codeable(code),
    subject: reference,
    encounter,
    onsetDateTime: day(on),
    recordedDate: day(on),
    recorder: practitioner,
  });
  store.add('MedicationRequest', `patient-${number}-medication`, {
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: codeable(medication),
    subject: reference,
    encounter,
    authoredOn: day(on),
    requester: practitioner,
    reasonReference: [condition],
    dosageInstruction: [{ sequence: 1, text: dose }],
  });
}
