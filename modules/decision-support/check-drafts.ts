import type { ClinicReader, ResourceOf } from '#sdk';
import type { CheckResult, NotChecked } from './check-result.ts';
import type { Drug } from './drug/drug.ts';
import { lookUpDrugs, type DrugLookup } from './drug/drug-lookup.ts';
import type { Case } from './engine/case.ts';
import { checkCase } from './engine/check-case.ts';
import { missing } from './engine/missing.ts';
import { dosesOfOrder } from './engine/order-doses.ts';
import { readAllergies } from './facts/allergies.ts';
import { conditionGroups } from './facts/conditions.ts';
import { candidatesIn, sourceOfRequest, unmapped, usesOf, type DrugUse } from './facts/drug-uses.ts';
import { freshWeight, kidneyFunction, pregnancyStatus } from './facts/measurements.ts';
import { ageInDays } from './facts/patient.ts';
import type { PatientData } from './facts/patient-data.ts';
import type { Knowledge } from './knowledge/knowledge.ts';

type Order = ResourceOf<'MedicationRequest'>;

const FERTILE_FROM = 12 * 365.25;
const FERTILE_TO = 56 * 365.25;

export interface Drafts {
  readonly knowledge: Knowledge;
  readonly data: PatientData;
  readonly at: Date;
}

/** `MedicationRequest/1`; undefined for an order without an id. */
function referenceOf({ id }: Order): string | undefined {
  return id === undefined ? undefined : `MedicationRequest/${id}`;
}

/** Reads what the resources around an order refer to; the same for all orders of a patient. */
export async function lookUpAll(
  reader: ClinicReader,
  data: PatientData,
  orders: readonly Order[],
  at: Date,
): Promise<DrugLookup> {
  const sources = candidatesIn(data, undefined, at).map(({ source }) => source);
  return lookUpDrugs(reader, [...orders.map(sourceOfRequest), ...sources]);
}

/** Checks an order against what is recorded, and against the orders that are written with it. */
export function checkDraft(
  order: Order,
  also: readonly Order[],
  lookup: DrugLookup,
  { knowledge, data, at }: Drafts,
): CheckResult {
  const reference = referenceOf(order);
  const drug = lookup.drugOf(sourceOfRequest(order));
  const name = lookup.nameOf(sourceOfRequest(order));
  const notChecked: NotChecked[] = [...data.notChecked];
  if (data.patient === undefined)
    notChecked.push({
      code: 'patient-missing',
      subject: name,
      text: `${name}: the patient of the order cannot be read.`,
    });
  if (drug === undefined) {
    return { issues: [], notChecked: [unmapped(name, reference ?? name), ...notChecked], knowledge: knowledge.version };
  }
  const ids = new Set(also.map(referenceOf));
  const candidates = [
    ...candidatesIn(data, reference, at).filter((each) => !ids.has(each.reference)),
    ...also
      .filter((each) => each !== order && (reference === undefined || referenceOf(each) !== reference))
      .map(together),
  ];
  const { uses, notChecked: unknownUses } = usesOf(candidates, lookup);
  const allergies = readAllergies(data.allergies);
  const subject = caseOf(order, drug, uses, allergies.known, { knowledge, data, at });
  const { issues, notChecked: own } = checkCase(knowledge, subject);
  return {
    issues,
    notChecked: [...notChecked, ...own, ...unknownUses, ...allergies.notChecked],
    knowledge: knowledge.version,
  };
}

function together(order: Order): ReturnType<typeof candidatesIn>[number] {
  return {
    reference: referenceOf(order) ?? 'MedicationRequest',
    origin: 'order',
    source: sourceOfRequest(order),
    ended: undefined,
    order,
  };
}

function caseOf(
  order: Order,
  drug: Drug,
  uses: readonly DrugUse[],
  allergies: Case['allergies'],
  { data, at }: Drafts,
): Case {
  const { patient, observations } = data;
  const age = patient && ageInDays(patient, at);
  const weight = freshWeight(observations, age, at);
  const conditions = conditionGroups(data.conditions);
  const status = pregnancyStatus(observations, at);
  return {
    order: referenceOf(order),
    drug,
    doses: dosesOfOrder(order, drug, weight),
    replaces: new Set(order.priorPrescription?.reference === undefined ? [] : [order.priorPrescription.reference]),
    uses,
    allergies,
    conditions,
    isPregnant: conditions.has('pregnancy') ? true : status,
    canBePregnant: patient?.gender !== 'male' && age !== undefined && age >= FERTILE_FROM && age < FERTILE_TO,
    age,
    weight,
    egfr: patient && kidneyFunction(observations, patient, age, at),
    dailyDose({ order: other, drug: taken }, ingredient) {
      const doses = other === undefined ? [] : dosesOfOrder(other, taken, weight);
      const found = doses.find((dose) => dose.ingredient === ingredient);
      return found === undefined || 'problem' in found ? undefined : found.perDay;
    },
  };
}

/** Nothing was looked at. */
export function uncheckable(order: Order, lookup: DrugLookup, knowledge: Knowledge): CheckResult {
  const name = lookup.nameOf(sourceOfRequest(order));
  return { issues: [], notChecked: [missing('patient-missing', name)], knowledge: knowledge.version };
}
