import { setDecimal, type ClinicReader, type ResourceOf } from '#sdk';
import { checkDraft, lookUpAll } from '../check-drafts.ts';
import type { CheckResult } from '../check-result.ts';
import type { PatientData } from '../facts/patient-data.ts';
import { SHIPPED } from '../knowledge/shipped.ts';
import { DRUG_ROUTE, ICD10, INGREDIENT, LOINC, RXNORM, SNOMED } from '../names.ts';

type Order = ResourceOf<'MedicationRequest'>;

/** A drug as a case writes it; see the files of this folder. */
export interface DrugText {
  readonly drug?: string;
  readonly codes?: readonly string[];
  readonly rxcui?: string;
  readonly contained?: string;
  readonly containedIngredients?: readonly string[];
  readonly route?: string;
  readonly dose?: string;
  readonly times?: readonly [frequency: number, period: number, unit: 'h' | 'd' | 'wk'];
  readonly code?: string;
  readonly max?: string;
  readonly text?: string;
}

export interface OtherDrug extends DrugText {
  readonly as?: 'order' | 'statement' | 'dispense' | 'administration';
  readonly status?: string;
  /** Days ago. */
  readonly stopped?: number;
  readonly doNotPerform?: boolean;
}

export interface GoldenCase {
  readonly id: string;
  readonly order: DrugText;
  readonly with?: readonly OtherDrug[];
  readonly patient?: { readonly birthDate?: string | null; readonly gender?: 'male' | 'female' };
  readonly allergies?: readonly {
    readonly to: string;
    readonly type?: string;
    readonly criticality?: string;
    readonly category?: string;
    readonly verification?: string;
    readonly clinical?: string;
    readonly substance?: string;
  }[];
  readonly conditions?: readonly (
    | string
    | {
        readonly text?: string;
        readonly snomed?: string;
        readonly icd10?: string;
        readonly verification?: string;
        readonly clinical?: string;
      }
  )[];
  readonly measured?: {
    readonly weight?: string;
    readonly egfr?: string;
    readonly creatinine?: string;
    readonly pregnant?: boolean;
    /** Days ago; default 2. */
    readonly days?: number;
  };
  /** All issues, by their keys, with their severities. */
  readonly issues: Readonly<Record<string, string>>;
  readonly notChecked?: readonly string[];
  readonly notNotChecked?: readonly string[];
}

const AT = new Date('2026-11-26T12:00:00Z');
const SUBJECT = { reference: 'Patient/golden' };

/** Nothing is stored here: a case that needs the database is none. */
const nothingStored: ClinicReader = {
  read: () => Promise.reject(new Error('a golden case reads nothing')),
  resolve: () => Promise.reject(new Error('a golden case reads nothing')),
  search: () => Promise.reject(new Error('a golden case reads nothing')),
  count: () => Promise.reject(new Error('a golden case reads nothing')),
};

export async function checkGolden(given: GoldenCase): Promise<CheckResult> {
  const order = orderOf(given.order, 'draft', 'ordered');
  const data = dataOf(given);
  const lookup = await lookUpAll(nothingStored, data, [order], AT);
  return checkDraft(order, [], lookup, { knowledge: SHIPPED, data, at: AT });
}

function dataOf({
  with: others = [],
  patient = {},
  allergies = [],
  conditions = [],
  measured = {},
}: GoldenCase): PatientData {
  const { birthDate = '1976-01-01', gender = 'male' } = patient;
  const all = others.map((other, index) => [other, `other-${index}`] as const);
  const only = (as: OtherDrug['as']): readonly (readonly [OtherDrug, string])[] =>
    all.filter(([other]) => (other.as ?? 'order') === as);
  return {
    patient: { resourceType: 'Patient', gender, ...(birthDate === null ? {} : { birthDate }) },
    requests: only('order').map(([other, id]) => requestOf(other, id)),
    statements: only('statement').map(([other, id]) => statementOf(other, id)),
    dispenses: only('dispense').map(([other, id]) => dispenseOf(other, id)),
    administrations: only('administration').map(([other, id]) => administrationOf(other, id)),
    allergies: allergies.map(allergyOf),
    conditions: conditions.map(conditionOf),
    observations: observationsOf(measured),
    notChecked: [],
  };
}

function orderOf(given: DrugText, status: Order['status'], id: string): Order {
  return {
    resourceType: 'MedicationRequest',
    id,
    status,
    intent: 'order',
    subject: SUBJECT,
    ...medicationOf(given),
    ...dosageOf(given),
  };
}

function medicationOf({ drug, codes = [], rxcui, contained, containedIngredients }: DrugText): object {
  if (contained !== undefined || containedIngredients !== undefined) {
    const medication = {
      resourceType: 'Medication',
      id: 'drug',
      ...(contained === undefined ? {} : { code: { text: contained } }),
      ...(containedIngredients === undefined
        ? {}
        : {
            ingredient: containedIngredients.map((code) => ({
              itemCodeableConcept: { coding: [{ system: INGREDIENT, code }] },
            })),
          }),
    };
    return { contained: [medication], medicationReference: { reference: '#drug' } };
  }
  const coding = [
    ...codes.map((code) => ({ system: INGREDIENT, code })),
    ...(rxcui === undefined ? [] : [{ system: RXNORM, code: rxcui }]),
  ];
  return {
    medicationCodeableConcept: {
      ...(coding.length === 0 ? {} : { coding }),
      ...(drug === undefined ? {} : { text: drug }),
    },
  };
}

function dosageOf({ dose, times, code, max, route, text }: DrugText): Pick<Order, 'dosageInstruction'> {
  if ([dose, route, text].every((each) => each === undefined)) return {};
  const [low = '', high] = dose?.split(' ')[0]?.split('-') ?? [];
  const unit = dose?.split(' ')[1] ?? '';
  const quantity = (value: string): object => setDecimal({ unit, code: unit }, 'value' as never, value);
  return {
    dosageInstruction: [
      {
        ...(text === undefined ? {} : { text }),
        ...(route === undefined ? {} : { route: { coding: [{ system: DRUG_ROUTE, code: route }] } }),
        ...(times === undefined
          ? {}
          : { timing: { repeat: { frequency: times[0], period: times[1], periodUnit: times[2] } } }),
        ...(code === undefined ? {} : { timing: { code: { coding: [{ code }] } } }),
        ...(max === undefined
          ? {}
          : {
              asNeededBoolean: true,
              maxDosePerPeriod: {
                numerator: { value: Number(max.split(' ')[0]), code: max.split(' ')[1] ?? '' },
                denominator: { value: 1, code: 'd' },
              },
            }),
        ...(dose === undefined
          ? {}
          : {
              doseAndRate: [
                high === undefined
                  ? { doseQuantity: quantity(low) }
                  : { doseRange: { low: quantity(low), high: quantity(high) } },
              ],
            }),
      },
    ],
  };
}

function daysAgo(days: number): string {
  return new Date(AT.getTime() - days * 86_400_000).toISOString();
}

function requestOf(other: OtherDrug, id: string): Order {
  const { stopped, doNotPerform, status = stopped === undefined ? 'active' : 'stopped' } = other;
  const order = orderOf(other, status as Order['status'], id);
  return {
    ...order,
    meta: { lastUpdated: daysAgo(stopped ?? 50) },
    ...(doNotPerform === undefined ? {} : { doNotPerform }),
  };
}

function statementOf(other: OtherDrug, id: string): ResourceOf<'MedicationStatement'> {
  const { stopped, status = stopped === undefined ? 'active' : 'completed' } = other;
  return {
    resourceType: 'MedicationStatement',
    id,
    status: status as ResourceOf<'MedicationStatement'>['status'],
    subject: SUBJECT,
    ...medicationOf(other),
    ...(stopped === undefined ? {} : { effectivePeriod: { end: daysAgo(stopped) } }),
  };
}

/** Of thirty days. */
function dispenseOf(other: OtherDrug, id: string): ResourceOf<'MedicationDispense'> {
  return {
    resourceType: 'MedicationDispense',
    id,
    status: 'completed',
    subject: SUBJECT,
    ...medicationOf(other),
    whenHandedOver: daysAgo(other.stopped === undefined ? 10 : 30 + other.stopped),
    daysSupply: { value: 30, code: 'd' },
  };
}

function administrationOf(other: OtherDrug, id: string): ResourceOf<'MedicationAdministration'> {
  return {
    resourceType: 'MedicationAdministration',
    id,
    status: 'completed',
    subject: SUBJECT,
    ...medicationOf(other),
    effectiveDateTime: daysAgo(other.stopped ?? 0),
  };
}

const status = (code: string | undefined): object | undefined =>
  code === undefined ? undefined : { coding: [{ code }] };

function allergyOf(
  given: NonNullable<GoldenCase['allergies']>[number],
  index: number,
): ResourceOf<'AllergyIntolerance'> {
  const { to, type, criticality, category, verification, clinical, substance } = given;
  return {
    resourceType: 'AllergyIntolerance',
    id: `allergy-${index}`,
    patient: SUBJECT,
    code: { text: to },
    ...(type === undefined ? {} : { type }),
    ...(criticality === undefined ? {} : { criticality }),
    ...(category === undefined ? {} : { category: [category] }),
    ...(verification === undefined ? {} : { verificationStatus: status(verification) }),
    ...(clinical === undefined ? {} : { clinicalStatus: status(clinical) }),
    ...(substance === undefined
      ? {}
      : { reaction: [{ substance: { text: substance }, manifestation: [{ text: 'rash' }] }] }),
  } as ResourceOf<'AllergyIntolerance'>;
}

function conditionOf(given: NonNullable<GoldenCase['conditions']>[number], index: number): ResourceOf<'Condition'> {
  const {
    text,
    snomed,
    icd10,
    verification,
    clinical = 'active',
  } = typeof given === 'string' ? { text: given } : given;
  const coding = [
    ...(snomed === undefined ? [] : [{ system: SNOMED, code: snomed }]),
    ...(icd10 === undefined ? [] : [{ system: ICD10, code: icd10 }]),
  ];
  return {
    resourceType: 'Condition',
    id: `condition-${index}`,
    subject: SUBJECT,
    code: { ...(coding.length === 0 ? {} : { coding }), ...(text === undefined ? {} : { text }) },
    clinicalStatus: status(clinical),
    ...(verification === undefined ? {} : { verificationStatus: status(verification) }),
  } as ResourceOf<'Condition'>;
}

function observationsOf({
  weight,
  egfr,
  creatinine,
  pregnant,
  days = 2,
}: NonNullable<GoldenCase['measured']>): readonly ResourceOf<'Observation'>[] {
  const observation = (code: string, value: object): ResourceOf<'Observation'> => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: LOINC, code }] },
    effectiveDateTime: daysAgo(days),
    ...value,
  });
  const quantity = (text: string): object => {
    const [value = '', unit = ''] = text.split(' ');
    return { valueQuantity: setDecimal({ code: unit }, 'value' as never, value) };
  };
  return [
    ...(weight === undefined ? [] : [observation('29463-7', quantity(weight))]),
    ...(egfr === undefined ? [] : [observation('33914-3', quantity(`${egfr} mL/min/{1.73_m2}`))]),
    ...(creatinine === undefined ? [] : [observation('2160-0', quantity(creatinine))]),
    ...(pregnant === undefined
      ? []
      : [observation('82810-3', { valueCodeableConcept: { text: pregnant ? 'Pregnant' : 'Not pregnant' } })]),
  ];
}
