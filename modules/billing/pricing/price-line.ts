import { addDecimals, compareDecimals, multiplyDecimals, subtractDecimals } from '#sdk';
import { faults } from '../faults.ts';
import { rounded, type Amount } from './money.ts';

/** A surcharge or a discount: a part of the price, or an amount. */
export interface Step {
  readonly type: 'surcharge' | 'discount';
  /** 0.1 for 10 %; undefined where an amount is said, of one unit. */
  readonly factor: string | undefined;
  readonly amount: Amount | undefined;
}

/** Steps of one definition. They are given together. */
export interface Terms {
  /** Canonical of the definition with its version. */
  readonly definition: string;
  /** Whether its discounts go together with others that combine. */
  readonly combines: boolean;
  readonly steps: readonly Step[];
}

export interface PricedComponent {
  readonly type: 'base' | Step['type'];
  readonly factor: string | undefined;
  /** Whole minor units; of discounts not above zero. */
  readonly amount: Amount;
  /** Undefined for a base that no definition gives. */
  readonly definition: string | undefined;
}

export interface PricedLine {
  readonly components: readonly PricedComponent[];
  /** The sum of the components, never below zero. */
  readonly net: Amount;
}

export interface Base {
  /** For all units together. */
  readonly amount: Amount;
  /** How many units. */
  readonly quantity: string;
  readonly definition: string | undefined;
}

type Given = Step & { readonly definition: string };

/**
 * The price of one line. The base is rounded to minor units, so that what is printed can be computed from what is printed;
 * surcharges are parts of the base, discounts parts of base and surcharges. Each amount is the difference of two rounded
 * sums: so amounts add up, and what remains is rounded once. Discounts take away no more than there is.
 *
 * Discounts that combine are added up; one that does not stands alone. What takes away most is given; of equal ones those
 * that combine, then the first by definition.
 * @throws Fault 422 for an amount in another currency than the base
 */
export function priceLine(base: Base, terms: readonly Terms[]): PricedLine {
  const { currency } = base.amount;
  const start = rounded(base.amount);
  const sorted = [...terms].sort((a, b) => (a.definition < b.definition ? -1 : a.definition > b.definition ? 1 : 0));
  const surcharges = sorted.flatMap((each) => stepsOf(each, 'surcharge'));
  let sum = start.value;
  const components: PricedComponent[] = [
    { type: 'base', factor: base.quantity, amount: start, definition: base.definition },
  ];
  const add = ({ type, factor, definition }: Given, by: string): void => {
    const next = addDecimals(sum, by);
    const floor = compareDecimals(next, '0') < 0 ? '0' : next;
    const change = subtractDecimals(rounded({ value: floor, currency }).value, rounded({ value: sum, currency }).value);
    components.push({ type, factor, amount: rounded({ value: change, currency }), definition });
    sum = floor;
  };
  for (const step of surcharges) add(step, sizeOf(step, start, base.quantity));
  const whole = { value: sum, currency };
  for (const { step, size } of bestOf(sorted, whole, base.quantity)) add(step, multiplyDecimals(size, '-1'));
  return { components, net: rounded({ value: sum, currency }) };
}

function stepsOf({ definition, steps }: Terms, type: Step['type']): readonly Given[] {
  return steps.filter((step) => step.type === type).map((step) => ({ ...step, definition }));
}

/** Amounts are of one unit: what is sold on two lines gets no more than what is sold on one. */
function sizeOf({ factor, amount, definition }: Given, of: Amount, quantity: string): string {
  if (amount === undefined) return multiplyDecimals(of.value, factor ?? '0');
  if (amount.currency !== of.currency) throw faults.otherCurrency(definition, of.currency);
  return multiplyDecimals(amount.value, quantity);
}

interface Sized {
  readonly step: Given;
  readonly size: string;
}

function bestOf(terms: readonly Terms[], whole: Amount, quantity: string): readonly Sized[] {
  const sized = (each: Terms): readonly Sized[] =>
    stepsOf(each, 'discount').map((step) => ({ step, size: sizeOf(step, whole, quantity) }));
  const together = terms.filter(({ combines }) => combines).flatMap(sized);
  const alone = terms.filter(({ combines }) => !combines).map(sized);
  let best: { readonly steps: readonly Sized[]; readonly taken: string } = { steps: [], taken: '-1' };
  for (const steps of [together, ...alone]) {
    const wanted = steps.reduce((total, { size }) => addDecimals(total, size), '0');
    const taken = compareDecimals(wanted, whole.value) > 0 ? whole.value : wanted;
    if (compareDecimals(taken, best.taken) > 0) best = { steps, taken };
  }
  return best.steps;
}
