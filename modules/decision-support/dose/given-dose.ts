import { compareDecimals, divideDecimals, multiplyDecimals } from '#sdk';
import { plainDecimal } from '../knowledge/plain-decimal.ts';
import type { Amount, Drug, DrugPart } from '../drug/drug.ts';
import { amountOf } from '../drug/product-drug.ts';
import { amountIn } from '../drug/units.ts';
import { timesADay, type Dosage } from './daily-times.ts';

/** How much of an ingredient an order gives, in milligrams, as far as it says so. */
export interface GivenDose {
  readonly ingredient: string;
  readonly perDose: string | undefined;
  readonly perDay: string | undefined;
}

export type DoseProblem = 'dose-not-structured' | 'dose-unit' | 'strength-missing' | 'weight-missing';

/** A dose, or why it cannot be told. */
export type DoseOf = GivenDose | { readonly ingredient: string; readonly problem: DoseProblem };

type Quantity = Parameters<typeof amountOf>[0];

const PER_KG = /^(.+)\/kg$/i;
const PER_DAY = /^(.+)\/d(?:ay)?$/i;

/** @param weight kilograms */
export function givenDoses(dosage: Dosage, drug: Drug, weight: string | undefined): readonly DoseOf[] {
  return drug.parts.map((part) => givenDose(dosage, drug, part, weight));
}

/** Of several amounts (ordered, calculated, by rate) the highest counts. */
function givenDose(dosage: Dosage, drug: Drug, part: DrugPart, weight: string | undefined): DoseOf {
  const { ingredient } = part;
  const doses = (dosage.doseAndRate ?? []).flatMap(({ doseQuantity, doseRange }) => {
    const quantity = doseQuantity ?? doseRange?.high ?? doseRange?.low;
    return quantity === undefined ? [] : [doseOfQuantity(quantity, dosage, drug, part, weight)];
  });
  const [first = { ingredient, problem: 'dose-not-structured' } as const] = doses;
  return doses.reduce(higher, first);
}

function higher(one: DoseOf, other: DoseOf): DoseOf {
  // One that cannot be told may be the higher one.
  if ('problem' in one) return one;
  if ('problem' in other) return other;
  const [a, b] = [one.perDose ?? one.perDay ?? '0', other.perDose ?? other.perDay ?? '0'];
  return compareDecimals(a, b) >= 0 ? one : other;
}

function doseOfQuantity(
  quantity: NonNullable<Quantity>,
  dosage: Dosage,
  drug: Drug,
  part: DrugPart,
  weight: string | undefined,
): DoseOf {
  const { ingredient } = part;
  const { amount, isPerDay, problem } = bodyAmount(quantity, weight);
  if (amount === undefined) return { ingredient, problem: problem ?? 'dose-unit' };
  const milligrams = milligramsOf(amount, part, drug);
  if (typeof milligrams !== 'string') return { ingredient, problem: milligrams.problem };
  if (isPerDay) return { ingredient, perDose: undefined, perDay: milligrams };
  const times = timesADay(dosage);
  const usual = times === undefined ? undefined : multiplyDecimals(milligrams, times);
  return { ingredient, perDose: milligrams, perDay: lower(usual, mostADay(dosage, part, drug)) };
}

/** An amount, multiplied by the weight where it is for a kilogram. */
function bodyAmount(
  quantity: NonNullable<Quantity>,
  weight: string | undefined,
): { readonly amount?: Amount | undefined; readonly isPerDay: boolean; readonly problem?: DoseProblem } {
  const value = plainDecimal(quantity, 'value');
  let unit = quantity.code ?? quantity.unit ?? '1';
  if (value === undefined) return { isPerDay: false, problem: 'dose-not-structured' };
  const [, aDay] = PER_DAY.exec(unit) ?? [];
  if (aDay !== undefined) unit = aDay;
  const isPerDay = aDay !== undefined;
  const [, ofKilogram] = PER_KG.exec(unit) ?? [];
  if (ofKilogram === undefined) return { amount: amountIn(value, unit), isPerDay };
  if (weight === undefined) return { isPerDay, problem: 'weight-missing' };
  return { amount: amountIn(multiplyDecimals(value, weight), ofKilogram), isPerDay };
}

function milligramsOf(amount: Amount, { strength }: DrugPart, drug: Drug): string | { readonly problem: DoseProblem } {
  if (amount.unit === 'mg') {
    // Milligrams of a combination may be those of either.
    return drug.parts.length === 1 ? amount.value : { problem: 'dose-unit' };
  }
  if (amount.unit === '[iU]') return { problem: 'dose-unit' };
  if (strength === undefined) return { problem: 'strength-missing' };
  if (strength.per.unit !== amount.unit || strength.amount.unit !== 'mg') return { problem: 'dose-unit' };
  return divideDecimals(multiplyDecimals(amount.value, strength.amount.value), strength.per.value);
}

/** `maxDosePerPeriod` limits what is given, as needed above all. */
function mostADay({ maxDosePerPeriod }: Dosage, part: DrugPart, drug: Drug): string | undefined {
  const amount = amountOf(maxDosePerPeriod?.numerator);
  const { denominator } = maxDosePerPeriod ?? {};
  const hours = plainDecimal(denominator, 'value');
  if (amount === undefined || hours === undefined || compareDecimals(hours, '0') <= 0) return undefined;
  const milligrams = milligramsOf(amount, part, drug);
  if (typeof milligrams !== 'string') return undefined;
  if (denominator?.code === 'd') return divideDecimals(milligrams, hours);
  return denominator?.code === 'h' ? divideDecimals(multiplyDecimals(milligrams, '24'), hours) : undefined;
}

function lower(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return compareDecimals(one, other) <= 0 ? one : other;
}
