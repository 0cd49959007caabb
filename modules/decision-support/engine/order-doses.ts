import { addDecimals, compareDecimals, type ResourceOf } from '#sdk';
import { givenDoses, type DoseOf } from '../dose/given-dose.ts';
import type { Drug } from '../drug/drug.ts';

/**
 * What an order gives of each ingredient: dosages that are taken side by side are added, those that follow each other
 * (other numbers in `sequence`) are not.
 * @param weight kilograms
 */
export function dosesOfOrder(
  { dosageInstruction = [] }: ResourceOf<'MedicationRequest'>,
  drug: Drug,
  weight: string | undefined,
): readonly DoseOf[] {
  const steps = new Map<number, DoseOf[]>();
  for (const dosage of dosageInstruction) {
    const step = dosage.sequence ?? 0;
    steps.set(step, [...(steps.get(step) ?? []), ...givenDoses(dosage, drug, weight)]);
  }
  return [...steps.values()].flatMap((doses) => drug.parts.flatMap(({ ingredient }) => sideBySide(ingredient, doses)));
}

function sideBySide(ingredient: string, doses: readonly DoseOf[]): readonly DoseOf[] {
  const own = doses.filter((dose) => dose.ingredient === ingredient);
  const known = own.flatMap((dose) => ('problem' in dose ? [] : [dose]));
  const problems = own.filter((dose) => 'problem' in dose);
  if (known.length === 0) return problems;
  const days = known.map(({ perDay }) => perDay);
  const perDay = days.includes(undefined)
    ? undefined
    : days.reduce((sum, each) => addDecimals(sum ?? '0', each ?? '0'), '0');
  const singles = known.flatMap((dose) => dose.perDose ?? []);
  const perDose = singles.sort((a, b) => compareDecimals(b, a))[0];
  return [{ ingredient, perDose, perDay }, ...problems];
}
