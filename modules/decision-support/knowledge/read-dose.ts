import { type ResourceOf } from '#sdk';
import { plainDecimal } from './plain-decimal.ts';
import { DOSE_CHARACTERISTIC, DRUG_ROUTE, INGREDIENT } from '../names.ts';
import type { DayRange, DoseLimit, DoseRule } from './facts.ts';
import { BadFact, codeExtension, drugCode, extensionsOf, positiveNumber, textExtension } from './read-fact.ts';

type Knowledge = ResourceOf<'MedicationKnowledge'>;
type Guideline = NonNullable<Knowledge['administrationGuidelines']>[number];
type Dosage = NonNullable<NonNullable<Guideline['dosage']>[number]['dosage']>[number];

const KINDS = ['adult', 'paediatric', 'renal'] as const;
const UNITS = ['mg', 'mg/kg'] as const;

/** @throws BadFact */
export function readDose(resource: Knowledge): DoseRule {
  const code = codeExtension(resource, 'drug-fact-kind');
  const kind = KINDS.find((each) => each === code);
  if (kind === undefined) throw new BadFact(`its kind must be one of ${KINDS.join(', ')}`);
  const [guideline] = resource.administrationGuidelines ?? [];
  const dosages = guideline?.dosage?.[0]?.dosage ?? [];
  const limits = dosages.map(limitOf);
  if (guideline === undefined || limits.length === 0) throw new BadFact('it needs a dosage with a highest dose');
  const egfr = rangeOf(guideline, 'egfr', 'mL/min/{1.73_m2}');
  if ((kind === 'renal') !== (egfr !== undefined))
    throw new BadFact('renal doses, and no others, need a range of egfr');
  return {
    id: resource.id ?? '',
    kind,
    ingredient: drugCode(resource.code?.coding?.find(({ system }) => system === INGREDIENT)),
    route: resource.intendedRoute?.[0]?.coding?.find(({ system }) => system === DRUG_ROUTE)?.code,
    age: rangeOf(guideline, 'age', 'd'),
    weight: rangeOf(guideline, 'weight', 'kg'),
    egfrBelow: egfr?.high,
    limits,
    text: dosages[0]?.text ?? '',
    citation: textExtension(resource, 'drug-fact-citation'),
    reviewStatus: codeExtension(resource, 'drug-fact-review') ?? 'clinician-review-required',
  };
}

function limitOf({ maxDosePerPeriod, maxDosePerAdministration }: Dosage): DoseLimit {
  const perDay = maxDosePerPeriod?.numerator;
  const unit = UNITS.find((each) => each === (perDay ?? maxDosePerAdministration)?.code);
  if (unit === undefined) throw new BadFact(`a highest dose must be in ${UNITS.join(' or ')}`);
  if (maxDosePerPeriod !== undefined) {
    const { denominator } = maxDosePerPeriod;
    if (denominator?.code !== 'd' || plainDecimal(denominator, 'value') !== '1')
      throw new BadFact('maxDosePerPeriod must be per 1 d');
  }
  return {
    unit,
    perDose:
      maxDosePerAdministration === undefined
        ? undefined
        : positiveNumber(maxDosePerAdministration, unit, 'the highest single dose').text,
    perDay: perDay === undefined ? undefined : positiveNumber(perDay, unit, 'the highest dose in a day').text,
  };
}

function rangeOf({ patientCharacteristics = [] }: Guideline, name: string, unit: string): DayRange | undefined {
  const found = patientCharacteristics.find(({ characteristicCodeableConcept }) =>
    characteristicCodeableConcept?.coding?.some(({ system, code }) => system === DOSE_CHARACTERISTIC && code === name),
  );
  if (found === undefined) return undefined;
  const range = extensionsOf(found, 'dose-rule-range')[0]?.valueRange;
  if (range?.low === undefined && range?.high === undefined) throw new BadFact(`the range of ${name} is missing`);
  const low = range.low === undefined ? 0 : positiveNumber(range.low, unit, `the lower end of ${name}`).value;
  const high =
    range.high === undefined
      ? Number.POSITIVE_INFINITY
      : positiveNumber(range.high, unit, `the upper end of ${name}`).value;
  return { low, high };
}
