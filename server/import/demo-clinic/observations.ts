import type { JsonObject } from '../../kernel/json.ts';
import {
  BLOOD_PRESSURE,
  codeable,
  coded,
  DIASTOLIC,
  SYSTOLIC,
  VITAL_SIGNS,
  type Concept,
  type Measurement,
} from './codes.ts';
import type { Reference } from './practice.ts';
import type { Random } from './random.ts';
import type { Store } from './store.ts';

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';

export interface ObservationContext {
  readonly patient: Reference;
  readonly encounter: Reference;
  readonly performer: Reference;
  /** FHIR dateTime. */
  readonly at: string;
  /** Ids of the encounter's observations start with it. */
  readonly prefix: string;
}

export function addVitalSigns(store: Store, random: Random, context: ObservationContext): void {
  store.add('Observation', `${context.prefix}-blood-pressure`, {
    ...common(context, 'vital-signs', BLOOD_PRESSURE),
    component: [
      { code: codeable(SYSTOLIC), valueQuantity: quantity(random.between(104, 158), 'mmHg', 'mm[Hg]') },
      { code: codeable(DIASTOLIC), valueQuantity: quantity(random.between(62, 96), 'mmHg', 'mm[Hg]') },
    ],
  });
  for (const measurement of VITAL_SIGNS) addMeasurement(store, random, context, 'vital-signs', measurement);
}

export function addMeasurement(
  store: Store,
  random: Random,
  context: ObservationContext,
  category: 'vital-signs' | 'laboratory',
  { code, unit, unitCode, low, high, digits }: Measurement,
): void {
  const value = Number((low + random.next() * (high - low)).toFixed(digits));
  store.add('Observation', `${context.prefix}-${code.code}`, {
    ...common(context, category, code),
    valueQuantity: quantity(value, unit, unitCode),
  });
}

function common(
  { patient, encounter, performer, at }: ObservationContext,
  category: string,
  code: Concept,
): JsonObject {
  return {
    status: 'final',
    category: [coded(CATEGORY, category)],
    code: codeable(code),
    subject: patient,
    encounter,
    effectiveDateTime: at,
    performer: [performer],
  };
}

function quantity(value: number, unit: string, code: string): JsonObject {
  return { value, unit, system: 'http://unitsofmeasure.org', code };
}
