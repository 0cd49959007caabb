import {
  addDecimals,
  compareDecimals,
  decimalText,
  type ClinicReader,
  type EvaluateFhirPath,
  type ResourceOf,
  type Stored,
} from '#sdk';
import { productIn, productOf } from '#modules/supply';
import { codesOf } from '../names.ts';
import { isReasonable } from '../pricing/money.ts';

export type Dose = Stored<'MedicationAdministration'>;

/** What was given, as it is priced. */
export interface GivenDose {
  readonly dose: Dose;
  /** `system|code` of the medicine, its lot and its product. */
  readonly codes: readonly string[];
  /** `Medication/1`; empty when none is named. */
  readonly lot: string;
  /** Base units of the product, decimal text; undefined when the dose cannot be counted in them. */
  readonly units: string | undefined;
  readonly unit: string | undefined;
  readonly patient: Stored<'Patient'> | undefined;
  readonly stay: Stored<'Encounter'> | undefined;
}

export async function givenDose(
  dose: Dose,
  reader: ClinicReader & { readonly fhirPath: EvaluateFhirPath },
): Promise<GivenDose> {
  const { medicationCodeableConcept, medicationReference, subject, context } = dose;
  const medicine = {
    ...(medicationCodeableConcept === undefined ? {} : { medicationCodeableConcept }),
    ...(medicationReference === undefined ? {} : { medicationReference }),
  };
  const lot = await reader.resolve(medicationReference, 'Medication');
  const product = await productOf(reader, medicine);
  const concepts = [medicationCodeableConcept, lot?.code, product?.code];
  return {
    dose,
    codes: [...new Set(concepts.flatMap(codesOf))],
    lot: lot === undefined ? '' : `Medication/${lot.id}`,
    units: product === undefined ? undefined : unitsOf(dose, product, reader.fhirPath),
    unit: productIn(product)?.baseUnit,
    patient: await reader.resolve(subject, 'Patient'),
    stay: await reader.resolve(context, 'Encounter'),
  };
}

/** When it was given; of what took a while, when it began. */
export function givenAt({ effectiveDateTime, effectivePeriod }: ResourceOf<'MedicationAdministration'>): string {
  return effectiveDateTime ?? effectivePeriod?.start ?? '';
}

/** What is opened for a dose is used up: parts of a unit count as a whole one. */
function unitsOf(dose: Dose, product: Stored<'MedicationKnowledge'>, fhirPath: EvaluateFhirPath): string | undefined {
  const baseUnit = productIn(product)?.baseUnit;
  const said = dose.dosage?.dose;
  if (baseUnit === undefined || said === undefined) return undefined;
  const value =
    (said.code ?? said.unit) === baseUnit
      ? decimalText(said, 'value')
      : unitsByStrength(dose, product, baseUnit, fhirPath);
  if (!isReasonable(value) || compareDecimals(value, '0') <= 0) return undefined;
  const [whole = '0', fraction = ''] = value.split('.');
  return /[1-9]/.test(fraction) ? addDecimals(whole, '1') : addDecimals(whole, '0');
}

/** 500 mg of tablets with 250 mg are two: of products with one ingredient, where units of one dimension meet (UCUM). */
function unitsByStrength(
  dose: Dose,
  product: Stored<'MedicationKnowledge'>,
  baseUnit: string,
  fhirPath: EvaluateFhirPath,
): string | undefined {
  const [only, ...others] = product.ingredient ?? [];
  const per = only?.strength?.denominator;
  if (only?.strength?.numerator === undefined || others.length > 0) return undefined;
  if (per?.code !== undefined && per.code !== baseUnit && per.code !== '1') return undefined;
  const [found] = fhirPath(BY_STRENGTH, dose, { product });
  const { value, unit } = (found?.value ?? {}) as { readonly value?: string; readonly unit?: string };
  return unit === '1' ? value : undefined;
}

/** Multiplied first, so that what is a whole number stays one. */
const BY_STRENGTH =
  'dosage.dose * iif(%product.ingredient.strength.denominator.value.exists(), %product.ingredient.strength.denominator.value, 1) / %product.ingredient.strength.numerator';
