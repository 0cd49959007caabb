import { compareDecimals, decimalText, divideDecimals, multiplyDecimals, type ResourceOf } from '#sdk';
import { productIn } from '#modules/supply';

type Quantity = NonNullable<NonNullable<ResourceOf<'MedicationAdministration'>['dosage']>['dose']>;

/** Masses in micrograms; units of one dimension convert, others do not. https://ucum.org/ucum */
const MASS: Readonly<Record<string, string>> = { kg: '1000000000', g: '1000000', mg: '1000', ug: '1', mcg: '1' };

/**
 * Base units that a dose uses up: what is opened for it is gone, so that parts count as whole ones.
 * @returns undefined when the dose cannot be counted in base units of the product
 */
export function doseUnits(
  dose: Quantity | undefined,
  product: ResourceOf<'MedicationKnowledge'> & { readonly id: string },
): number | undefined {
  const value = decimalText(dose, 'value');
  const baseUnit = productIn(product)?.baseUnit;
  const unit = dose?.code ?? dose?.unit;
  if (value === undefined || baseUnit === undefined || unit === undefined || compareDecimals(value, '0') <= 0)
    return undefined;
  const units = unit === baseUnit ? value : byStrength(value, unit, baseUnit, product);
  return units === undefined ? undefined : Math.ceil(Number(units));
}

/** 500 mg of capsules with 250 mg are two: of products with one ingredient. */
function byStrength(
  value: string,
  unit: string,
  baseUnit: string,
  { ingredient = [] }: ResourceOf<'MedicationKnowledge'>,
): string | undefined {
  const [only, ...others] = ingredient;
  const { numerator, denominator } = only?.strength ?? {};
  const [mass, per] = [decimalText(numerator, 'value'), decimalText(denominator, 'value')];
  if (mass === undefined || per === undefined || others.length > 0 || compareDecimals(mass, '0') <= 0) return undefined;
  const isPerUnit = denominator?.code === undefined || denominator.code === baseUnit || denominator.code === '1';
  const [from, to] = [factorOf(unit), factorOf(numerator?.code ?? numerator?.unit)];
  if (!isPerUnit || from === undefined || to === undefined) return undefined;
  const wanted = multiplyDecimals(multiplyDecimals(value, from), per);
  return divideDecimals(wanted, multiplyDecimals(mass, to));
}

function factorOf(unit: string | undefined): string | undefined {
  return unit !== undefined && Object.hasOwn(MASS, unit) ? MASS[unit] : undefined;
}
