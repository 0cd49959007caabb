import type { ResourceNode } from 'fhirpath';
import { isDecimal } from '../kernel/decimal.ts';
import { isObject, parseJson, type JsonArray, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { computedValue, type IndexedValue } from './values.ts';

const UCUM = 'http://unitsofmeasure.org';

/** System types of FHIRPath as the FHIR types they stand for. https://hl7.org/fhir/R4/fhirpath.html#types */
const SYSTEM_TYPES: Readonly<Record<string, string>> = {
  'System.Boolean': 'boolean',
  'System.String': 'string',
  'System.Date': 'date',
  'System.DateTime': 'dateTime',
  'System.Time': 'time',
};

/**
 * Results of the `fhirpath` package as values with FHIR types; those that have no JSON form are left out.
 * @param types the package's name of each one's type: `FHIR.HumanName`, `System.Decimal`
 */
export function fromEngine(results: readonly unknown[], types: readonly string[]): IndexedValue[] {
  return results.flatMap((result, index) => {
    const type = types[index] ?? '';
    return (isNode(result) ? fromNode(result, type) : fromComputed(result, type)) ?? [];
  });
}

function isNode(result: unknown): result is ResourceNode {
  return typeof result === 'object' && result !== null && 'parentResNode' in result;
}

function fromNode(node: ResourceNode, systemType: string): IndexedValue | undefined {
  // The package leaves out the type of `Patient.extension`, though not that of `Patient.extension('…')`.
  const type = node.propName === 'extension' ? 'Extension' : node.fhirNodeDataType;
  if (type === null) return fromComputed(node.data, systemType);
  const place = placeOf(node, type);
  if (place !== undefined) {
    const value = (place.parent as JsonObject)[place.key];
    return value === undefined || value === null ? undefined : { value, type: typeOf(value, type), ...place };
  }
  const value = node.data as JsonValue | undefined;
  return value === undefined || value === null ? undefined : computedValue(value, typeOf(value, type));
}

function typeOf(value: JsonValue, type: string): string {
  return isObject(value) && typeof value.resourceType === 'string' ? 'Resource' : type;
}

/** Where a node stands in the JSON: choice elements under their typed name, children of primitives beside them. */
function placeOf(node: ResourceNode, type: string): Pick<IndexedValue, 'parent' | 'key'> | undefined {
  const { parentResNode, propName, index } = node;
  const owner = ownerOf(parentResNode);
  if (owner === undefined || typeof propName !== 'string') return undefined;
  const typed = propName + type.charAt(0).toUpperCase() + type.slice(1);
  const key = owner[propName] === undefined ? typed : propName;
  const found = owner[key];
  if (Array.isArray(found)) return typeof index === 'number' ? { parent: found, key: index } : undefined;
  return found === undefined ? undefined : { parent: owner, key };
}

function ownerOf(parent: ResourceNode | null): JsonObject | undefined {
  const data = parent?.data as JsonValue | undefined;
  if (isObject(data)) return data;
  return (parent?._data as JsonObject | null | undefined) ?? undefined;
}

function fromComputed(result: unknown, type: string): IndexedValue | undefined {
  if (type === 'System.Boolean') return computedValue(result === true, 'boolean');
  if (type === 'System.Integer' || type === 'System.Decimal') {
    return fromNumber(String(result), type === 'System.Integer' ? 'integer' : 'decimal');
  }
  if (type === 'System.Quantity') return fromQuantity(String(result));
  const known = SYSTEM_TYPES[type];
  return known === undefined ? undefined : computedValue(String(result), known);
}

/** Parsed, so that the digits are kept as those of a number in a resource are. */
function fromNumber(text: string, type: string): IndexedValue | undefined {
  const parent = parsedNumber(text);
  const value = parent?.[0];
  return parent === undefined || value === undefined ? undefined : { value, type, parent, key: 0 };
}

function parsedNumber(text: string): JsonArray | undefined {
  return isDecimal(text) ? (parseJson(`[${text}]`) as JsonArray) : undefined;
}

/** `1.50 'mg'`; calendar units (`1 year`) are no units of UCUM. */
function fromQuantity(text: string): IndexedValue | undefined {
  const [, number = '', code] = /^(\S+) '([^']+)'$/.exec(text) ?? [];
  if (code === undefined || !isDecimal(number)) return undefined;
  const quantity = parseJson(`{"value":${number}}`) as JsonObject;
  return computedValue({ ...quantity, unit: code, system: UCUM, code }, 'Quantity');
}
