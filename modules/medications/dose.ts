import type { Dosage, Order } from './order.ts';
import { isAsNeeded } from './timing/due-doses.ts';

/** Codes of CodeSystem dose-not-given-reason. */
export const DOSE_NOT_GIVEN = [
  'refused',
  'held',
  'nil-by-mouth',
  'vomiting',
  'asleep',
  'away',
  'no-access',
  'unavailable',
  'other',
] as const;

type DoseQuantity = NonNullable<NonNullable<Dosage['doseAndRate']>[number]['doseQuantity']>;

/**
 * How much the order says to give: of the instruction that has doses, or the one as needed. Undefined where several say
 * different things, or a range: then whoever gives it says it.
 */
export function doseAt(order: Order, due: string | undefined): DoseQuantity | undefined {
  const dosages = (order.dosageInstruction ?? []).filter((dosage) => isAsNeeded(dosage) === (due === undefined));
  const [only] = dosages;
  return dosages.length === 1 ? only?.doseAndRate?.[0]?.doseQuantity : undefined;
}
