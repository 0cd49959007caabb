import { isObject, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';

const PREFIX = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.';
const PROPERTY_URLS: ReadonlySet<string> = new Set([`${PREFIX}property`, `${PREFIX}contains.property`]);

/** An answer of R4 as the suite, which is written in R5, has it: elements of R5 out of the extensions that stand for them. */
export function r5Form(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(r5Form);
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined || isNarrative(key, item)) continue;
    if (key !== 'extension' || !Array.isArray(item)) {
      result[key] = r5Form(item);
      continue;
    }
    const properties = item.filter(isObject).filter(({ url }) => typeof url === 'string' && PROPERTY_URLS.has(url));
    const others = item.filter((extension) => !isObject(extension) || !properties.includes(extension));
    if (properties.length > 0) result.property = properties.map(propertyOf);
    if (others.length > 0) result.extension = others.map(r5Form);
  }
  return result;
}

function isNarrative(key: string, item: JsonValue): boolean {
  return key === 'text' && isObject(item) && item.div !== undefined;
}

function propertyOf({ extension }: JsonObject): JsonObject {
  const property: JsonObject = {};
  for (const part of Array.isArray(extension) ? extension.filter(isObject) : []) {
    const [key, value] = Object.entries(part).find(([name]) => name.startsWith('value')) ?? [];
    if (key === undefined) continue;
    if (part.url === 'value') property[key] = value;
    else if (typeof part.url === 'string') property[part.url] = value;
  }
  return property;
}
