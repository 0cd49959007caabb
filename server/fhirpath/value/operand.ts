import { isDecimal } from '../../kernel/decimal.ts';
import { isObject, numberText, type JsonObject } from '../../kernel/json.ts';
import type { Item } from '../model/item.ts';
import type { Quantity } from './quantity.ts';
import { parseTemporal, type Temporal } from './temporal.ts';

/** What operators and functions compute with. FHIR's primitives stand for System types: https://hl7.org/fhir/R4/fhirpath.html#types */
export type Operand =
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: number }
  /** Digits as written. */
  | { readonly kind: 'decimal'; readonly value: string }
  | { readonly kind: 'quantity'; readonly value: Quantity }
  | { readonly kind: 'temporal'; readonly value: Temporal; readonly text: string }
  /** A FHIR date that is none, a Quantity without a value or with a comparator. */
  | { readonly kind: 'malformed' }
  | { readonly kind: 'other' };

const OTHER: Operand = { kind: 'other' };
const MALFORMED: Operand = { kind: 'malformed' };
const UCUM = 'http://unitsofmeasure.org';
const QUANTITIES = new Set(['Quantity', 'Age', 'Count', 'Distance', 'Duration', 'SimpleQuantity', 'MoneyQuantity']);

const TEMPORALS: Readonly<Record<string, Temporal['kind']>> = {
  date: 'date',
  dateTime: 'dateTime',
  instant: 'dateTime',
  time: 'time',
  'System.Date': 'date',
  'System.DateTime': 'dateTime',
  'System.Time': 'time',
};

export function operandOf(item: Item): Operand {
  const { type, value } = item;
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (typeof value === 'number') return numberOperand(item, value);
  if (typeof value === 'string') return textOperand(type, value);
  if (isObject(value)) {
    if (type === 'System.Quantity') return { kind: 'quantity', value: value as unknown as Quantity };
    if (QUANTITIES.has(type)) return quantityOperand(value) ?? MALFORMED;
  }
  return OTHER;
}

/** The text of a string-like value; undefined for everything else. */
export function textOf(item: Item): string | undefined {
  const operand = operandOf(item);
  return operand.kind === 'string' ? operand.value : undefined;
}

function numberOperand({ type, parent, key }: Item, value: number): Operand {
  if (type !== 'decimal' && Number.isInteger(value)) return { kind: 'integer', value };
  const text = parent === undefined ? undefined : numberText(parent, String(key));
  return { kind: 'decimal', value: text ?? String(value) };
}

function textOperand(type: string, text: string): Operand {
  if (type === 'System.Decimal') return { kind: 'decimal', value: text };
  const temporal = TEMPORALS[type];
  if (temporal === undefined) return { kind: 'string', value: text };
  const value = parseTemporal(text, temporal);
  return value === undefined ? MALFORMED : { kind: 'temporal', value, text };
}

/** `<5 mg` is no amount that could be computed with. */
function quantityOperand(quantity: JsonObject): Operand | undefined {
  const value = numberText(quantity, 'value');
  if (value === undefined || !isDecimal(value) || quantity.comparator !== undefined) return undefined;
  const { system, code, unit } = quantity;
  if (typeof code === 'string') {
    if (system === UCUM) return { kind: 'quantity', value: { value, unit: code } };
    return { kind: 'quantity', value: { value, unit: `${typeof system === 'string' ? system : ''}|${code}` } };
  }
  return { kind: 'quantity', value: { value, unit: typeof unit === 'string' ? `|${unit}` : '1' } };
}
