import { isDecimal, numericText } from '../../kernel/decimal.ts';
import type { FhirpathFunction, FunctionTable } from './function.ts';
import { FhirpathError } from '../model/env.ts';
import {
  booleanItems,
  decimalItems,
  integerItems,
  NONE,
  stringItems,
  systemItem,
  type Item,
  type Items,
} from '../model/item.ts';
import { singleton } from '../model/singleton.ts';
import { operandOf } from '../value/operand.ts';
import { areComparable, calendarUnit, convertQuantity, type Quantity } from '../value/quantity.ts';
import { parseTemporal, temporalText, type Temporal } from '../value/temporal.ts';
import { onValue } from './on-value.ts';

type Convert = (item: Item) => Items;

const CONVERSIONS: Readonly<Record<string, Convert>> = {
  Boolean: toBoolean,
  Integer: toInteger,
  Decimal: toDecimal,
  String: toText,
  Date: (item) => toTemporal(item, 'date', 'System.Date'),
  DateTime: (item) => toTemporal(item, 'dateTime', 'System.DateTime'),
  Time: (item) => toTemporal(item, 'time', 'System.Time'),
};

/** https://hl7.org/fhirpath/N1/#conversion */
export const CONVERSION: FunctionTable = {
  ...Object.fromEntries(
    Object.entries(CONVERSIONS).flatMap(([name, convert]) => [
      [`to${name}`, onValue(`to${name}`, convert)],
      [`convertsTo${name}`, onValue(`convertsTo${name}`, (item) => booleanItems(convert(item).length > 0))],
    ]),
  ),
  toQuantity: quantityFunction('toQuantity', (found) => found),
  convertsToQuantity: quantityFunction('convertsToQuantity', (found) => booleanItems(found.length > 0)),
};

const TRUE = new Set(['true', 't', 'yes', 'y', '1', '1.0']);
const FALSE = new Set(['false', 'f', 'no', 'n', '0', '0.0']);

function toBoolean(item: Item): Items {
  const operand = operandOf(item);
  if (operand.kind === 'boolean') return booleanItems(operand.value);
  if (operand.kind !== 'string' && operand.kind !== 'integer' && operand.kind !== 'decimal') return NONE;
  const text = operand.kind === 'decimal' ? numericText(operand.value) : String(operand.value).toLowerCase();
  return booleanItems(TRUE.has(text) ? true : FALSE.has(text) ? false : undefined);
}

function toInteger(item: Item): Items {
  const operand = operandOf(item);
  if (operand.kind === 'integer') return integerItems(operand.value);
  if (operand.kind === 'boolean') return integerItems(Number(operand.value));
  return operand.kind === 'string' && /^[+-]?\d+$/.test(operand.value) ? integerItems(Number(operand.value)) : NONE;
}

function toDecimal(item: Item): Items {
  const operand = operandOf(item);
  if (operand.kind === 'decimal') return decimalItems(operand.value);
  if (operand.kind === 'integer') return decimalItems(String(operand.value));
  if (operand.kind === 'boolean') return decimalItems(operand.value ? '1.0' : '0.0');
  return operand.kind === 'string' && /^[+-]?\d{1,30}(\.\d{1,30})?$/.test(operand.value)
    ? decimalItems(operand.value)
    : NONE;
}

function toText(item: Item): Items {
  const operand = operandOf(item);
  switch (operand.kind) {
    case 'quantity':
      return stringItems(quantityText(operand.value));
    case 'temporal':
      return stringItems(operand.text);
    case 'malformed':
    case 'other':
      return NONE;
    default:
      return stringItems(String(operand.value));
  }
}

/** `1.5 'mg'`, `2 weeks` */
function quantityText({ value, unit }: Quantity): string {
  return calendarUnit(unit) === undefined ? `${value} '${unit}'` : `${value} ${unit}`;
}

function toTemporal(item: Item, kind: Temporal['kind'], type: string): Items {
  const operand = operandOf(item);
  if (operand.kind === 'string') {
    return parseTemporal(operand.value, kind) === undefined ? NONE : [systemItem(type, operand.value)];
  }
  if (operand.kind !== 'temporal' || (operand.value.kind === 'time') !== (kind === 'time')) return NONE;
  const isCut = kind === 'date' && operand.value.precision > 3;
  const text = isCut ? temporalText({ ...operand.value, kind, precision: 3 }) : operand.text;
  return [systemItem(type, text)];
}

function quantityFunction(name: string, answer: (found: Items) => Items): FhirpathFunction {
  return {
    arity: [0, 1],
    compile:
      (input, [unit]) =>
      (self, env) => {
        const item = singleton(input(self, env), `${name}()`);
        const wanted = unit === undefined ? undefined : singleton(unit(self, env), `${name}()`)?.value;
        if (item === undefined) return NONE;
        if (wanted !== undefined && typeof wanted !== 'string')
          throw new FhirpathError(`${name}() takes a unit as text`);
        const found = toQuantity(item);
        if (found === undefined || wanted === undefined) return answer(quantityItems(found));
        return answer(quantityItems(areComparable(found.unit, wanted) ? convertQuantity(found, wanted) : undefined));
      },
  };
}

function quantityItems(found: Quantity | undefined): Items {
  return found === undefined ? NONE : [systemItem('System.Quantity', { value: found.value, unit: found.unit })];
}

function toQuantity(item: Item): Quantity | undefined {
  const operand = operandOf(item);
  switch (operand.kind) {
    case 'quantity':
      return operand.value;
    case 'integer':
    case 'decimal':
      return { value: String(operand.value), unit: '1' };
    case 'boolean':
      return { value: operand.value ? '1.0' : '0.0', unit: '1' };
    case 'string':
      return parseQuantity(operand.value);
    default:
      return undefined;
  }
}

/** `4 days`, `10 'mg'`, `1.5` */
function parseQuantity(text: string): Quantity | undefined {
  const [, value = '', ucum, calendar] = /^([+-]?\d{1,30}(?:\.\d{1,30})?)\s*(?:'([^']+)'|([a-z]+))?$/.exec(text) ?? [];
  if (!isDecimal(value)) return undefined;
  if (calendar === undefined) return { value, unit: ucum ?? '1' };
  const unit = calendarUnit(calendar);
  return unit === undefined ? undefined : { value, unit };
}
