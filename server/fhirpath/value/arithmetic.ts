import { addDecimals, divideDecimals, multiplyDecimals, numericText, subtractDecimals } from '../../kernel/decimal.ts';
import { decimalItems, integerItems, NONE, systemItem, type Items } from '../model/item.ts';
import { negateDecimal, truncateDecimal } from './decimals.ts';
import { numberOf, quantityOf } from './equality.ts';
import type { Operand } from './operand.ts';
import { convertQuantity, toBaseUnits, type Quantity } from './quantity.ts';
import { addToTemporal } from './temporal-arithmetic.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | 'div' | 'mod';

/**
 * Of everything but texts. https://hl7.org/fhirpath/N1/#math; empty on division by zero, overflow, and units that do not go together.
 * @returns undefined when the operator does not take these operands
 */
export function calculate(operator: ArithmeticOperator, left: Operand, right: Operand): Items | undefined {
  if (left.kind === 'temporal') {
    if (right.kind !== 'quantity' || (operator !== '+' && operator !== '-')) return undefined;
    const { value, unit } = right.value;
    return addToTemporal(left.value, operator === '-' ? { value: negateDecimal(value), unit } : right.value);
  }
  if (left.kind === 'quantity' || right.kind === 'quantity') return withQuantities(operator, left, right);
  const a = numberOf(left);
  const b = numberOf(right);
  if (a === undefined || b === undefined) return undefined;
  const isWhole = left.kind === 'integer' && right.kind === 'integer';
  return isWhole ? integers(operator, left.value, right.value) : decimals(operator, a, b);
}

function integers(operator: ArithmeticOperator, a: number, b: number): Items {
  switch (operator) {
    case '+':
      return integerItems(a + b);
    case '-':
      return integerItems(a - b);
    case '*':
      return integerItems(a * b);
    case 'div':
      return b === 0 ? NONE : integerItems(Math.trunc(a / b));
    case 'mod':
      return b === 0 ? NONE : integerItems(a % b);
    default:
      return b === 0 ? NONE : decimalItems(divideDecimals(String(a), String(b)));
  }
}

/** 28 digits before the point and 8 behind it is what the specification asks for; more would let a client's loop grow them. */
const MAX_DIGITS = 60;

function decimals(operator: ArithmeticOperator, a: string, b: string): Items {
  const isZero = numericText(b) === '0';
  switch (operator) {
    case '+':
      return bounded(addDecimals(a, b));
    case '-':
      return bounded(subtractDecimals(a, b));
    case '*':
      return bounded(multiplyDecimals(a, b));
    case '/':
      return isZero ? NONE : bounded(divideDecimals(a, b));
    case 'div':
      return isZero ? NONE : integerItems(Number(wholeQuotient(a, b)));
    default:
      return isZero ? NONE : bounded(subtractDecimals(a, multiplyDecimals(wholeQuotient(a, b), b)));
  }
}

function wholeQuotient(a: string, b: string): string {
  return truncateDecimal(divideDecimals(a, b, MAX_DIGITS), 0);
}

function bounded(text: string): Items {
  return text.length > MAX_DIGITS ? NONE : decimalItems(text);
}

function withQuantities(operator: ArithmeticOperator, left: Operand, right: Operand): Items | undefined {
  const a = quantityOf(left);
  const b = quantityOf(right);
  if (a === undefined || b === undefined) return undefined;
  if (operator === '+' || operator === '-') {
    const other = a.unit === b.unit ? b : convertQuantity(b, a.unit);
    if (other === undefined) return NONE;
    const value = (operator === '+' ? addDecimals : subtractDecimals)(a.value, other.value);
    return quantityItems({ value, unit: a.unit });
  }
  if (operator === 'div' || operator === 'mod') return undefined;
  if (operator === '/' && numericText(b.value) === '0') return NONE;
  const combine = operator === '*' ? multiplyDecimals : divideDecimals;
  if (b.unit === '1') return quantityItems({ value: combine(a.value, b.value), unit: a.unit });
  const x = toBaseUnits(a);
  const y = toBaseUnits(b);
  if (x === undefined || y === undefined) return NONE;
  return quantityItems({ value: combine(x.value, y.value), unit: combinedUnit(operator, x.unit, y.unit) });
}

function quantityItems({ value, unit }: Quantity): Items {
  return value.length > MAX_DIGITS ? NONE : [systemItem('System.Quantity', { value, unit })];
}

/** Adds the exponents of base units: `m` times `m.s-1` is `m2.s-1`. */
function combinedUnit(operator: '*' | '/', left: string, right: string): string {
  const exponents = new Map<string, number>();
  for (const [unit, sign] of [
    [left, 1],
    [right, operator === '*' ? 1 : -1],
  ] as const) {
    for (const [, base = '', exponent = '1'] of unit.matchAll(/(\[[^\]]+\]|[^\d.+-]+)([+-]?\d+)?/g)) {
      exponents.set(base, (exponents.get(base) ?? 0) + sign * Number(exponent));
    }
  }
  const parts = [...exponents].filter(([, exponent]) => exponent !== 0);
  if (parts.length === 0) return '1';
  return parts.map(([base, exponent]) => (exponent === 1 ? base : `${base}${exponent}`)).join('.');
}
