import { numericText } from '../../kernel/decimal.ts';
import { FhirpathError } from '../model/env.ts';
import { decimalItems, integerItems, NONE, systemItem, type Item, type Items } from '../model/item.ts';
import { singleton } from '../model/singleton.ts';
import { ceilingDecimal, floorDecimal, roundDecimal, truncateDecimal } from '../value/decimals.ts';
import { numberOf } from '../value/equality.ts';
import { operandOf } from '../value/operand.ts';
import type { FhirpathFunction, FunctionTable } from './function.ts';
import { onValue } from './on-value.ts';

const MAX_DIGITS = 28;

/** https://hl7.org/fhirpath/N1/#math-1 */
export const MATH: FunctionTable = {
  abs: onValue('abs', (item) => {
    const operand = operandOf(item);
    if (operand.kind === 'integer') return integerItems(Math.abs(operand.value));
    if (operand.kind === 'quantity') {
      const { value, unit } = operand.value;
      return [systemItem('System.Quantity', { value: value.replace(/^-/, ''), unit })];
    }
    return decimalItems(expectNumber(item, 'abs()').replace(/^-/, ''));
  }),
  ceiling: whole('ceiling', ceilingDecimal),
  floor: whole('floor', floorDecimal),
  truncate: whole('truncate', (text) => truncateDecimal(text, 0)),
  round: withNumber('round', [0, 1], (text, digits = '0') => {
    const count = Number(digits);
    if (!Number.isInteger(count) || count < 0 || count > MAX_DIGITS) {
      throw new FhirpathError(`round() takes 0 to ${MAX_DIGITS} digits, not ${digits}`);
    }
    return decimalItems(roundDecimal(text, count));
  }),
  exp: onValue('exp', (item) => fromNumber(Math.exp(Number(expectNumber(item, 'exp()'))))),
  ln: onValue('ln', (item) => fromNumber(Math.log(Number(expectNumber(item, 'ln()'))))),
  sqrt: onValue('sqrt', (item) => fromNumber(Math.sqrt(Number(expectNumber(item, 'sqrt()'))))),
  log: withNumber('log', [1, 1], (text, base) => logarithm(Number(text), Number(base))),
  power: withNumber('power', [1, 1], (text, exponent = '') => {
    const value = Number(text) ** Number(exponent);
    const isWhole = /^-?\d+$/.test(text) && /^\d+$/.test(exponent);
    return isWhole ? integerItems(value) : fromNumber(value);
  }),
};

/** Math.log(8) / Math.log(2) is 3 only with luck. */
function logarithm(value: number, base: number): Items {
  if (base === 10) return fromNumber(Math.log10(value));
  return fromNumber(base === 2 ? Math.log2(value) : Math.log(value) / Math.log(base));
}

function expectNumber(item: Item, where: string): string {
  const text = numberOf(operandOf(item));
  if (text === undefined) throw new FhirpathError(`${where} takes a number, not ${item.type}`);
  return text;
}

function whole(name: string, run: (text: string) => string): FhirpathFunction {
  return onValue(name, (item) => integerItems(Number(run(expectNumber(item, `${name}()`)))));
}

function fromNumber(value: number): Items {
  if (!Number.isFinite(value) || Math.abs(value) > 1e27) return NONE;
  return decimalItems(numericText(String(value)));
}

function withNumber(
  name: string,
  arity: readonly [number, number],
  run: (text: string, other: string | undefined) => Items,
): FhirpathFunction {
  return {
    arity,
    compile:
      (input, [parameter]) =>
      (self, env) => {
        const item = singleton(input(self, env), `${name}()`);
        const other = parameter === undefined ? undefined : singleton(parameter(self, env), `${name}()`);
        if (item === undefined || (arity[0] === 1 && other === undefined)) return NONE;
        const text = expectNumber(item, `${name}()`);
        return run(text, other === undefined ? undefined : expectNumber(other, `${name}()`));
      },
  };
}
