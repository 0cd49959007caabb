import type { JsonObject } from '../../../server/kernel/json.ts';
import { parseJson, isObject } from '../../../server/kernel/json.ts';

const V2 = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

const typed = (code: string, system: string, value: string): JsonObject => ({
  type: { coding: [{ system: V2, code }] },
  system,
  value,
});

/** Numbers keep their digits. */
function read(text: string): JsonObject {
  const value = parseJson(text);
  if (!isObject(value)) throw new Error('no object');
  return value;
}

export const PATIENT: JsonObject = {
  resourceType: 'Patient',
  id: 'p1',
  meta: { versionId: '1', lastUpdated: '2026-01-02T03:04:05.678Z' },
  identifier: [typed('MR', 'urn:oid:1.2.3', 'P-1'), typed('NI', 'https://lab.example/nat', '77')],
  name: [
    { use: 'official', family: 'Müller-Lüdenscheidt', given: ['Anna', 'Maria Ω'], prefix: ['Dr.'] },
    { use: 'maiden', family: "O'Neil & Co|^~\\" },
  ],
  telecom: [
    { system: 'phone', use: 'home', value: '+49 30 0123' },
    { system: 'phone', use: 'mobile', value: '0170 5' },
    { system: 'email', value: 'anna@example.org' },
    { system: 'phone', use: 'work', value: '555' },
  ],
  gender: 'female',
  birthDate: '1980-02-03',
  address: [{ use: 'home', line: ['Weg 1', 'Hof'], city: 'Berlin', postalCode: '01067', country: 'DEU' }],
  maritalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', code: 'M', display: 'Married' }],
  },
};

const PRACTITIONER: JsonObject = {
  resourceType: 'Practitioner',
  id: 'd1',
  identifier: [typed('NPI', 'http://hl7.org/fhir/sid/us-npi', '1234567893')],
  name: [{ family: 'Welby', given: ['Marcus'], prefix: ['Dr.'] }],
};

const location = (id: string, name: string, code: string, partOf?: string): JsonObject => ({
  resourceType: 'Location',
  id,
  name,
  physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code }] },
  ...(partOf === undefined ? {} : { partOf: { reference: `Location/${partOf}` } }),
});

export const ENCOUNTER: JsonObject = {
  resourceType: 'Encounter',
  id: 'e1',
  meta: { versionId: '1', lastUpdated: '2026-01-02T04:00:00Z' },
  identifier: [typed('VN', 'urn:oid:1.2.9', 'V-1')],
  status: 'in-progress',
  class: { system: ACT, code: 'IMP' },
  subject: { reference: 'Patient/p1' },
  participant: [
    {
      type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'ATND' }] }],
      individual: { reference: 'Practitioner/d1' },
    },
  ],
  period: { start: '2026-01-02T03:30:00+01:00' },
  location: [{ location: { reference: 'Location/bed1' }, status: 'active' }],
};

export const ORDER: JsonObject = {
  resourceType: 'ServiceRequest',
  id: 'o1',
  meta: { versionId: '2', lastUpdated: '2026-01-02T05:00:00Z' },
  identifier: [typed('PLAC', 'https://athanor.health/fhir/hl7/placer', 'ORD000000001')],
  status: 'active',
  intent: 'order',
  category: [{ coding: [{ system: 'http://snomed.info/sct', code: '108252007' }] }],
  priority: 'stat',
  code: { coding: [{ system: 'http://loinc.org', code: '2345-7', display: 'Glucose [Mass/volume]' }], text: 'Glucose' },
  subject: { reference: 'Patient/p1' },
  encounter: { reference: 'Encounter/e1' },
  occurrenceDateTime: '2026-01-03T08:00:00+01:00',
  authoredOn: '2026-01-02T05:00:00+01:00',
  requester: { reference: 'Practitioner/d1' },
  reasonCode: [{ coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'E11.9' }], text: 'Diabetes' }],
  note: [{ text: 'fasting\nsecond line' }],
};

export const IMAGING_ORDER: JsonObject = {
  ...ORDER,
  id: 'o2',
  identifier: [
    typed('PLAC', 'https://athanor.health/fhir/hl7/placer', 'ORD000000002'),
    typed('ACSN', 'urn:oid:1.2.10', 'ACC1'),
    { system: 'urn:dicom:uid', value: 'urn:oid:2.25.123456789' },
  ],
  category: [{ coding: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' }] }],
  code: { coding: [{ system: 'http://snomed.info/sct', code: '169069000', display: 'CT of chest' }] },
};

const GLUCOSE = read(`{
  "resourceType": "Observation", "id": "r1", "status": "final",
  "code": { "coding": [{ "system": "http://loinc.org", "code": "2345-7", "display": "Glucose" }] },
  "subject": { "reference": "Patient/p1" }, "effectiveDateTime": "2026-01-03T08:05:00+01:00",
  "valueQuantity": { "value": 5.10, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L" },
  "referenceRange": [{ "low": { "value": 3.90 }, "high": { "value": 5.60 } }],
  "interpretation": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "N" }] }]
}`);

const PRESSURE = read(`{
  "resourceType": "Observation", "id": "r2", "status": "final",
  "code": { "coding": [{ "system": "http://loinc.org", "code": "85354-9", "display": "Blood pressure" }] },
  "subject": { "reference": "Patient/p1" },
  "component": [
    { "code": { "coding": [{ "system": "http://loinc.org", "code": "8480-6" }] }, "valueQuantity": { "value": 120.0, "unit": "mmHg" } },
    { "code": { "coding": [{ "system": "http://loinc.org", "code": "8462-4" }] }, "valueQuantity": { "comparator": ">", "value": 80, "unit": "mmHg" } }
  ]
}`);

export const REPORT: JsonObject = {
  resourceType: 'DiagnosticReport',
  id: 'dr1',
  meta: { versionId: '2', lastUpdated: '2026-01-03T09:00:00Z' },
  identifier: [typed('FILL', 'https://athanor.health/fhir/hl7/filler', 'REP000000001')],
  basedOn: [{ reference: 'ServiceRequest/o1' }],
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '24323-8', display: 'Panel' }] },
  subject: { reference: 'Patient/p1' },
  encounter: { reference: 'Encounter/e1' },
  effectiveDateTime: '2026-01-03T08:05:00+01:00',
  issued: '2026-01-03T09:00:00Z',
  result: [{ reference: 'Observation/r1' }, { reference: 'Observation/r2' }],
  conclusion: 'normal\nno change',
  presentedForm: [{ contentType: 'application/pdf', data: 'JVBERi0xLjQK' }],
};

export const APPOINTMENT: JsonObject = {
  resourceType: 'Appointment',
  id: 'a1',
  meta: { versionId: '2', lastUpdated: '2026-01-02T06:00:00Z' },
  identifier: [typed('FILL', 'https://athanor.health/fhir/hl7/appointment', 'APP000000001')],
  status: 'booked',
  serviceType: [{ text: 'Check-up' }],
  reasonCode: [{ text: 'Follow-up' }],
  start: '2026-02-01T09:00:00+01:00',
  end: '2026-02-01T09:30:00+01:00',
  minutesDuration: 30,
  participant: [
    { actor: { reference: 'Patient/p1' }, status: 'accepted' },
    { actor: { reference: 'Practitioner/d1' }, status: 'accepted' },
    { actor: { reference: 'Location/room1' }, status: 'accepted' },
  ],
};

export const DOCUMENT: JsonObject = {
  resourceType: 'DocumentReference',
  id: 'doc1',
  meta: { versionId: '2', lastUpdated: '2026-01-04T06:00:00Z' },
  masterIdentifier: { system: 'https://athanor.health/fhir/hl7/document', value: 'DOC000000001' },
  status: 'current',
  docStatus: 'final',
  type: { coding: [{ system: 'http://loinc.org', code: '18842-5', display: 'Discharge summary' }] },
  subject: { reference: 'Patient/p1' },
  date: '2026-01-04T05:00:00Z',
  author: [{ reference: 'Practitioner/d1' }],
  description: 'Summary',
  content: [{ attachment: { contentType: 'application/pdf', data: 'JVBERi0xLjQK' } }],
};

export const VACCINATION: JsonObject = {
  ...read(`{ "doseQuantity": { "value": 0.50, "unit": "mL", "system": "http://unitsofmeasure.org", "code": "mL" } }`),
  resourceType: 'Immunization',
  id: 'v1',
  meta: { versionId: '2', lastUpdated: '2026-01-04T07:00:00Z' },
  identifier: [typed('FILL', 'https://athanor.health/fhir/hl7/immunization', 'VAC000000001')],
  status: 'completed',
  vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '141', display: 'Influenza' }] },
  patient: { reference: 'Patient/p1' },
  occurrenceDateTime: '2026-01-04T06:30:00Z',
  primarySource: true,
  lotNumber: 'L|1',
  expirationDate: '2026-12-31',
  site: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0163', code: 'LA' }] },
  performer: [
    {
      function: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0443', code: 'AP' }] },
      actor: { reference: 'Practitioner/d1' },
    },
  ],
};

const UCUM = 'http://unitsofmeasure.org';

export const PRESCRIPTION: JsonObject = {
  resourceType: 'MedicationRequest',
  id: 'm1',
  meta: { versionId: '2', lastUpdated: '2026-01-05T07:00:00Z' },
  contained: [
    {
      resourceType: 'Medication',
      id: 'medication',
      code: {
        coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '308182', display: 'Amoxicillin' }],
      },
      form: { text: 'capsule' },
      ingredient: [
        {
          itemCodeableConcept: { text: 'Amoxicillin' },
          strength: {
            numerator: { value: 250, unit: 'mg', system: UCUM, code: 'mg' },
            denominator: { value: 1 },
          },
        },
      ],
    },
  ],
  identifier: [typed('PLAC', 'https://athanor.health/fhir/hl7/placer', 'MED000000001')],
  status: 'active',
  intent: 'order',
  priority: 'urgent',
  medicationReference: { reference: '#medication' },
  subject: { reference: 'Patient/p1' },
  encounter: { reference: 'Encounter/e1' },
  authoredOn: '2026-01-05T08:00:00+01:00',
  requester: { reference: 'Practitioner/d1' },
  reasonCode: [{ text: 'Otitis media' }],
  note: [{ text: 'child’s weight 20 kg' }],
  dosageInstruction: [
    {
      text: 'with water | after meals',
      timing: {
        repeat: {
          frequency: 3,
          period: 1,
          periodUnit: 'd',
          boundsPeriod: { start: '2026-01-05', end: '2026-01-12' },
        },
      },
      asNeededBoolean: false,
      route: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0162', code: 'PO' }] },
      doseAndRate: [{ doseQuantity: { value: 500, unit: 'mg', system: UCUM, code: 'mg' } }],
      maxDosePerPeriod: {
        numerator: { value: 2000, unit: 'mg', system: UCUM, code: 'mg' },
        denominator: { value: 1, unit: 'd', system: UCUM, code: 'd' },
      },
    },
  ],
  dispenseRequest: { numberOfRepeatsAllowed: 2, quantity: { value: 42, unit: 'capsules' } },
  substitution: { allowedBoolean: false },
};

/** A dosage that changes, as people take it. */
export const DOSAGES: JsonObject[] = [
  {
    sequence: 1,
    text: 'one in the morning',
    timing: { repeat: { dayOfWeek: ['mon', 'wed'], timeOfDay: ['08:00:00'], count: 4 } },
    doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet' } }],
  },
  {
    sequence: 2,
    timing: { repeat: { when: ['AC'], offset: 30 } },
    asNeededCodeableConcept: { text: 'pain' },
    doseAndRate: [{ doseRange: { low: { value: 1, unit: 'tablet' }, high: { value: 2, unit: 'tablet' } } }],
  },
  { sequence: 3, timing: { repeat: { frequency: 2, frequencyMax: 3, period: 8, periodUnit: 'h' } } },
];

export const DISPENSE: JsonObject = {
  resourceType: 'MedicationDispense',
  id: 'md1',
  meta: { versionId: '1', lastUpdated: '2026-01-05T09:30:00Z' },
  status: 'completed',
  medicationReference: { reference: 'Medication/lot1' },
  subject: { reference: 'Patient/p1' },
  performer: [{ actor: { reference: 'Practitioner/d1' } }],
  authorizingPrescription: [{ reference: 'MedicationRequest/m1' }],
  quantity: { value: 21, unit: 'capsules' },
  whenHandedOver: '2026-01-05T10:30:00+01:00',
  note: [{ text: 'first half' }],
};

const MEDICATION: JsonObject = {
  resourceType: 'Medication',
  id: 'lot1',
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/ndc', code: '0093-3107', display: 'Amoxicillin 250 mg' }] },
  batch: { lotNumber: 'AMX-1', expirationDate: '2027-06-30' },
  manufacturer: { display: 'Teva' },
};

export const ACCOUNT: JsonObject = {
  resourceType: 'Account',
  id: 'acc1',
  meta: { versionId: '1', lastUpdated: '2026-01-02T03:30:00Z' },
  identifier: [typed('AN', 'urn:oid:1.2.11', 'A-1')],
  status: 'active',
  subject: [{ reference: 'Patient/p1' }],
  servicePeriod: { start: '2026-01-02' },
};

export const CHARGE: JsonObject = {
  ...read(`{ "quantity": { "value": 2.0 }, "priceOverride": { "value": 12.50, "currency": "EUR" } }`),
  resourceType: 'ChargeItem',
  id: 'c1',
  meta: { versionId: '1', lastUpdated: '2026-01-06T08:00:00Z' },
  identifier: [{ system: 'https://clinic.example/charges', value: 'CH-1' }],
  status: 'billable',
  code: { coding: [{ system: 'http://www.ama-assn.org/go/cpt', code: '99213', display: 'Visit' }] },
  subject: { reference: 'Patient/p1' },
  context: { reference: 'Encounter/e1' },
  account: [{ reference: 'Account/acc1' }],
  occurrenceDateTime: '2026-01-06T07:30:00Z',
  enteredDate: '2026-01-06T08:00:00Z',
  performer: [{ actor: { reference: 'Practitioner/d1' } }],
  reason: [{ coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'J01.9' }] }],
};

export const STAFF: JsonObject = {
  ...PRACTITIONER,
  meta: { versionId: '3', lastUpdated: '2026-01-07T08:00:00Z' },
  active: true,
  gender: 'male',
  birthDate: '1960-05-06',
  telecom: [
    { system: 'phone', use: 'work', value: '555-1' },
    { system: 'email', value: 'welby@example.org' },
  ],
  address: [{ use: 'work', line: ['Clinic Road 1'], city: 'Town' }],
  qualification: [
    {
      identifier: [{ system: 'urn:oid:1.2.12', value: 'L-77' }],
      code: { coding: [{ system: V2, code: 'MD' }] },
      period: { end: '2030-12-31' },
    },
  ],
};

export const WARD_ROOM: JsonObject = {
  ...location('room1', '101', 'ro', 'ward1'),
  meta: { versionId: '1', lastUpdated: '2026-01-08T08:00:00Z' },
  status: 'active',
  description: 'Room with a view',
  telecom: [{ system: 'phone', use: 'work', value: '555-101' }],
};

const SURVIVOR: JsonObject = {
  ...PATIENT,
  id: 'p2',
  identifier: [typed('MR', 'urn:oid:1.2.3', 'P-2')],
  name: [{ family: 'Müller' }],
};

const ALL: readonly JsonObject[] = [
  ...[PATIENT, SURVIVOR, PRACTITIONER, ENCOUNTER, ORDER, IMAGING_ORDER, GLUCOSE, PRESSURE, PRESCRIPTION],
  ...[MEDICATION, ACCOUNT],
  ...[location('bed1', 'B1', 'bd', 'room1'), location('room1', '101', 'ro', 'ward1'), location('ward1', 'W1', 'wa')],
  location('bed2', 'B2', 'bd', 'room1'),
];

export const find = (reference: string): JsonObject | undefined =>
  ALL.find(({ resourceType, id }) => `${String(resourceType)}/${String(id)}` === reference);
