import type { JsonObject } from '../../kernel/json.ts';

/** What the demo clinic sees, orders and gives. Codes of LOINC, SNOMED CT, RxNorm and CVX. */
export interface Concept {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

const LOINC = 'http://loinc.org';
const SNOMED = 'http://snomed.info/sct';
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const CVX = 'http://hl7.org/fhir/sid/cvx';

const concept =
  (system: string) =>
  (code: string, display: string): Concept => ({ system, code, display });
const loinc = concept(LOINC);
const snomed = concept(SNOMED);
const rxnorm = concept(RXNORM);
const cvx = concept(CVX);

export function codeable({ system, code, display }: Concept): JsonObject {
  return { coding: [{ system, code, display }], text: display };
}

export function coded(system: string, code: string): JsonObject {
  return { coding: [{ system, code }] };
}

export interface Measurement {
  readonly code: Concept;
  readonly unit: string;
  /** UCUM. */
  readonly unitCode: string;
  readonly low: number;
  readonly high: number;
  readonly digits: number;
}

export const BLOOD_PRESSURE = loinc('85354-9', 'Blood pressure panel with all children optional');
export const SYSTOLIC = loinc('8480-6', 'Systolic blood pressure');
export const DIASTOLIC = loinc('8462-4', 'Diastolic blood pressure');

export const VITAL_SIGNS: readonly Measurement[] = [
  { code: loinc('8867-4', 'Heart rate'), unit: 'beats/minute', unitCode: '/min', low: 58, high: 96, digits: 0 },
  { code: loinc('8310-5', 'Body temperature'), unit: 'degrees C', unitCode: 'Cel', low: 36.2, high: 37.6, digits: 1 },
  { code: loinc('29463-7', 'Body weight'), unit: 'kg', unitCode: 'kg', low: 52, high: 104, digits: 1 },
];

const HBA1C: Measurement = {
  code: loinc('4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood'),
  unit: '%',
  unitCode: '%',
  low: 6.1,
  high: 8.9,
  digits: 1,
};
const CHOLESTEROL: Measurement = {
  code: loinc('2093-3', 'Cholesterol [Mass/volume] in Serum or Plasma'),
  unit: 'mg/dL',
  unitCode: 'mg/dL',
  low: 150,
  high: 265,
  digits: 0,
};
const CREATININE: Measurement = {
  code: loinc('2160-0', 'Creatinine [Mass/volume] in Serum or Plasma'),
  unit: 'mg/dL',
  unitCode: 'mg/dL',
  low: 0.6,
  high: 1.4,
  digits: 2,
};
const PEAK_FLOW: Measurement = {
  code: loinc('33452-4', 'Maximum expiratory gas flow Respiratory system airway by Peak flow meter'),
  unit: 'L/min',
  unitCode: 'L/min',
  low: 320,
  high: 560,
  digits: 0,
};

/** A long-lasting condition with what it entails. */
export interface ChronicCondition {
  readonly code: Concept;
  readonly laboratory: readonly Measurement[];
  readonly medication: Concept;
  readonly dose: string;
}

export const CHRONIC_CONDITIONS: readonly [ChronicCondition, ...ChronicCondition[]] = [
  {
    code: snomed('44054006', 'Diabetes mellitus type 2'),
    laboratory: [HBA1C, CREATININE],
    medication: rxnorm('860975', '24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet'),
    dose: '1 tablet with the evening meal',
  },
  {
    code: snomed('59621000', 'Essential hypertension'),
    laboratory: [CREATININE],
    medication: rxnorm('314076', 'Lisinopril 10 MG Oral Tablet'),
    dose: '1 tablet in the morning',
  },
  {
    code: snomed('55822004', 'Hyperlipidemia'),
    laboratory: [CHOLESTEROL],
    medication: rxnorm('617312', 'Atorvastatin 20 MG Oral Tablet'),
    dose: '1 tablet in the evening',
  },
  {
    code: snomed('195967001', 'Asthma'),
    laboratory: [PEAK_FLOW],
    medication: rxnorm('745679', '200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler'),
    dose: '2 puffs when short of breath, at most every 4 hours',
  },
];

export const VISIT_REASONS: readonly [Concept, ...Concept[]] = [
  snomed('185349003', 'Encounter for check up'),
  snomed('390906007', 'Follow-up encounter'),
  snomed('185345009', 'Encounter for symptom'),
];

export const ALLERGIES: readonly [Concept, ...Concept[]] = [
  snomed('91936005', 'Allergy to penicillin'),
  snomed('91935009', 'Allergy to peanut'),
  snomed('232347008', 'Allergy to animal dander'),
];

export const VACCINES: readonly [Concept, ...Concept[]] = [
  cvx('140', 'Influenza, seasonal, injectable, preservative free'),
  cvx('113', 'Td (adult) preservative free'),
  cvx('133', 'Pneumococcal conjugate PCV 13'),
];

export const SPECIALTIES: readonly [Concept, ...Concept[]] = [
  snomed('394814009', 'General practice'),
  snomed('394579002', 'Cardiology'),
  snomed('394537008', 'Pediatric specialty'),
];
