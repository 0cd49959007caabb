import { isDecimal } from '../kernel/decimal.ts';
import { isObject, parseJson, type JsonArray, type JsonObject } from '../kernel/json.ts';
import type { Item } from './model/item.ts';
import { calendarUnit } from './value/quantity.ts';
import { computedValue, type IndexedValue } from './values.ts';

const UCUM = 'http://unitsofmeasure.org';

/** System types as the FHIR types that stand for them. https://hl7.org/fhir/R4/fhirpath.html#types */
const FHIR_TYPES: Readonly<Record<string, string>> = {
  'System.Boolean': 'boolean',
  'System.String': 'string',
  'System.Integer': 'integer',
  'System.Date': 'date',
  'System.DateTime': 'dateTime',
  'System.Time': 'time',
};

/** An item with a FHIR type; undefined for what has no JSON form: extensions without a value, calendar units. */
export function toValue({ type, value, parent, key }: Item): IndexedValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (type === 'System.Decimal') return fromNumber(String(value));
  if (type === 'System.Quantity')
    return isObject(value) ? fromQuantity(String(value.value), String(value.unit)) : undefined;
  const known = FHIR_TYPES[type];
  if (known !== undefined) return computedValue(value, known);
  if (type.startsWith('System.')) return undefined;
  const shown = isObject(value) && typeof value.resourceType === 'string' ? 'Resource' : type;
  return parent === undefined ? computedValue(value, shown) : { value, type: shown, parent, key };
}

/** Parsed, so that the digits are kept as those of a number in a resource are. */
function fromNumber(text: string): IndexedValue | undefined {
  const parent = isDecimal(text) ? (parseJson(`[${text}]`) as JsonArray) : [];
  const [value] = parent;
  return value === undefined ? undefined : { value, type: 'decimal', parent, key: 0 };
}

/** Calendar units (`1 year`) are no units of UCUM. */
function fromQuantity(value: string, unit: string): IndexedValue | undefined {
  if (!isDecimal(value) || calendarUnit(unit) !== undefined) return undefined;
  const quantity = parseJson(`{"value":${value}}`) as JsonObject;
  return computedValue({ ...quantity, unit, system: UCUM, code: unit }, 'Quantity');
}
