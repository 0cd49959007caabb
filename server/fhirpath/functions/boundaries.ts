import { precisionRange } from '../../kernel/decimal.ts';
import { booleanItems, decimalItems, integerItems, NONE, systemItem, type Item, type Items } from '../model/item.ts';
import { FhirpathError } from '../model/env.ts';
import { singleton } from '../model/singleton.ts';
import { isNegative, roundDecimal, scaleOf, truncateDecimal } from '../value/decimals.ts';
import { numberOf, quantityOf } from '../value/equality.ts';
import { operandOf } from '../value/operand.ts';
import { areComparable } from '../value/quantity.ts';
import { daysIn, temporalText, type Temporal } from '../value/temporal.ts';
import type { FhirpathFunction, FunctionTable } from './function.ts';
import { onValue } from './on-value.ts';

type Side = 'low' | 'high';

const MAX_DIGITS = 31;
const DEFAULT_DIGITS = 8;
/** Digits of a text → how many of year, month, day, hour, minute, second it has. */
const PRECISIONS = {
  date: new Map([
    [4, 1],
    [6, 2],
    [8, 3],
  ]),
  dateTime: new Map([
    [4, 1],
    [6, 2],
    [8, 3],
    [10, 4],
    [12, 5],
    [14, 6],
    [17, 6],
  ]),
  time: new Map([
    [2, 4],
    [4, 5],
    [6, 6],
    [9, 6],
  ]),
} as const;
const FULL = { date: 8, dateTime: 17, time: 9 } as const;
const SYSTEM_TYPES = { date: 'System.Date', dateTime: 'System.DateTime', time: 'System.Time' } as const;

/** https://build.fhir.org/ig/HL7/FHIRPath/#utility-functions */
export const BOUNDARIES: FunctionTable = {
  lowBoundary: boundary('low'),
  highBoundary: boundary('high'),
  precision: onValue('precision', (item) => {
    const operand = operandOf(item);
    if (operand.kind === 'temporal') {
      const withoutZone = operand.text.replace(/(T.*?)(?:Z|[+-]\d\d:\d\d)$/, '$1');
      return integerItems(withoutZone.replace(/\D/g, '').length);
    }
    const text = numberOf(operand);
    return text === undefined ? NONE : integerItems(scaleOf(text));
  }),
  comparable: {
    arity: [1, 1],
    compile:
      (input, [other]) =>
      (self, env) => {
        const left = singleton(input(self, env), 'comparable()');
        const right = singleton(other?.(self, env) ?? NONE, 'comparable()');
        if (left === undefined || right === undefined) return NONE;
        const a = quantityOf(operandOf(left));
        const b = quantityOf(operandOf(right));
        return a === undefined || b === undefined ? NONE : booleanItems(areComparable(a.unit, b.unit));
      },
  },
};

function boundary(side: Side): FhirpathFunction {
  const name = `${side}Boundary()`;
  return {
    arity: [0, 1],
    compile:
      (input, [parameter]) =>
      (self, env) => {
        const item = singleton(input(self, env), name);
        const digits = parameter === undefined ? undefined : digitsOf(singleton(parameter(self, env), name), name);
        return item === undefined ? NONE : boundaryOf(item, side, digits);
      },
  };
}

function digitsOf(item: Item | undefined, name: string): number | undefined {
  if (item === undefined) return undefined;
  const operand = operandOf(item);
  if (operand.kind !== 'integer') throw new FhirpathError(`${name} takes a number of digits, not ${item.type}`);
  return operand.value;
}

function boundaryOf(item: Item, side: Side, digits: number | undefined): Items {
  const operand = operandOf(item);
  if (operand.kind === 'temporal') return temporalBoundary(operand.value, side, digits);
  if (operand.kind === 'quantity') {
    const value = decimalBoundary(operand.value.value, side, digits);
    return value === undefined ? NONE : [systemItem('System.Quantity', { value, unit: operand.value.unit })];
  }
  const text = numberOf(operand);
  return text === undefined ? NONE : decimalItems(decimalBoundary(text, side, digits));
}

/** To fewer digits, the boundary away from zero is rounded and the one towards zero cut off, as HL7's tests have it. */
function decimalBoundary(text: string, side: Side, digits = DEFAULT_DIGITS): string | undefined {
  if (digits < 0 || digits > MAX_DIGITS) return undefined;
  const boundary = precisionRange(text)[side];
  return isNegative(boundary) === (side === 'low') && !/^0(\.0*)?$/.test(boundary)
    ? roundDecimal(boundary, digits)
    : truncateDecimal(boundary, digits);
}

function temporalBoundary(temporal: Temporal, side: Side, digits: number | undefined): Items {
  const { kind } = temporal;
  const wanted = digits ?? FULL[kind];
  const precision = PRECISIONS[kind].get(wanted);
  if (precision === undefined) return NONE;
  const filled = side === 'low' ? filledLow(temporal) : filledHigh(temporal);
  const fraction = wanted === FULL[kind] && kind !== 'date' ? filled.fraction : '';
  return [systemItem(SYSTEM_TYPES[kind], temporalText({ ...filled, precision, fraction }))];
}

/** The earliest it may be anywhere on earth. */
function filledLow(temporal: Temporal): Temporal {
  return { ...temporal, zone: zoneOf(temporal, 14), fraction: temporal.fraction.padEnd(3, '0') };
}

function filledHigh(temporal: Temporal): Temporal {
  const { precision } = temporal;
  const month = precision < 2 ? 12 : temporal.month;
  return {
    ...temporal,
    month,
    day: precision < 3 ? daysIn(temporal.year, month) : temporal.day,
    hour: precision < 4 ? 23 : temporal.hour,
    minute: precision < 5 ? 59 : temporal.minute,
    second: precision < 6 ? 59 : temporal.second,
    fraction: temporal.fraction.padEnd(3, '9'),
    zone: zoneOf(temporal, -12),
  };
}

function zoneOf({ kind, zone }: Temporal, hours: number): number | undefined {
  return kind === 'dateTime' ? (zone ?? hours * 60) : zone;
}
