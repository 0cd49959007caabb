import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

const FULL_URL = 'http://hl7.org/fhir/StructureDefinition/parameters-fullUrl';

/** The resource of a Parameters that `Type/id`, or the url of its fullUrl extension, means. */
export function parameterResource(parameters: JsonObject, reference: string): JsonObject | undefined {
  const open: JsonValue[] = [parameters.parameter ?? null];
  for (let list = open.pop(); list !== undefined; list = open.pop()) {
    if (!Array.isArray(list)) continue;
    for (const parameter of list) {
      if (!isObject(parameter)) continue;
      const { resource, part } = parameter;
      if (isObject(resource) && isMeant(parameter, resource, reference)) return resource;
      if (part !== undefined) open.push(part);
    }
  }
  return undefined;
}

function isMeant(parameter: JsonObject, { resourceType, id }: JsonObject, reference: string): boolean {
  if (typeof id === 'string' && reference === `${String(resourceType)}/${id}`) return true;
  const { extension } = parameter;
  if (!Array.isArray(extension)) return false;
  return extension.some((item) => isObject(item) && item.url === FULL_URL && item.valueUri === reference);
}
