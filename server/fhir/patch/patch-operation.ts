import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { malformed, tooCostly } from './patch-faults.ts';

/** One `operation` parameter with its parts by name. https://hl7.org/fhir/R4/fhirpatch.html */
export interface PatchOperation {
  readonly parts: ReadonlyMap<string, JsonObject>;
  /** FHIRPath of the parameter, for issues. */
  readonly place: string;
}

const MAX_OPERATIONS = 1000;
const PARTS = ['type', 'path', 'name', 'value', 'index', 'source', 'destination'];

/** @throws Fault 400 for parameters and parts that mean nothing in a patch */
export function patchOperations(parameters: JsonObject): readonly PatchOperation[] {
  const list = parameters.parameter ?? [];
  if (!Array.isArray(list)) throw malformed('parameter must be an array.', 'Parameters.parameter');
  if (list.length > MAX_OPERATIONS) {
    throw tooCostly(400, `A patch may have ${MAX_OPERATIONS} operations; send the whole resource with PUT.`);
  }
  return list.map((parameter, index) => operationOf(parameter, `Parameters.parameter[${index}]`));
}

function operationOf(parameter: JsonValue, place: string): PatchOperation {
  if (!isObject(parameter) || parameter.name !== 'operation') {
    throw malformed('Each parameter of a patch has the name "operation".', place);
  }
  return { parts: partsOf(parameter, place), place };
}

function partsOf({ part }: JsonObject, place: string): Map<string, JsonObject> {
  const parts = new Map<string, JsonObject>();
  for (const item of Array.isArray(part) ? part : []) {
    if (!isObject(item) || typeof item.name !== 'string' || !PARTS.includes(item.name)) {
      throw malformed(`Parts of an operation are named ${PARTS.join(', ')}.`, `${place}.part`);
    }
    if (parts.has(item.name)) throw malformed(`The part "${item.name}" is given twice.`, `${place}.part`);
    parts.set(item.name, item);
  }
  return parts;
}

/** A part with a text: `type`, `path`, `name`. */
export function textPart({ parts, place }: PatchOperation, name: string): string {
  const part = parts.get(name);
  const value = part?.valueString ?? part?.valueCode;
  if (typeof value === 'string' && value !== '') return value;
  throw malformed(`The operation needs a part "${name}" with valueString.`, place);
}

/** A part with an index: `index`, `source`, `destination`. */
export function indexPart({ parts, place }: PatchOperation, name: string): number {
  const part = parts.get(name);
  const value = part?.valueInteger ?? part?.valueUnsignedInt ?? part?.valuePositiveInt;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw malformed(`The operation needs a part "${name}" with valueInteger, which is 0 or more.`, place);
}
