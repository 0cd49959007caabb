import type { Definitions } from '../../definitions/definitions.ts';
import type { Item } from '../../fhirpath/model/item.ts';
import { pathOf } from '../../fhirpath/model/path-of.ts';
import { toValue } from '../../fhirpath/to-value.ts';
import { isObject, keepNumberText, numberText, stringifyJson, type JsonObject } from '../../kernel/json.ts';

const PATH = 'http://fhir.forms-lab.com/StructureDefinition/resource-path';
const JSON_VALUE = 'http://fhir.forms-lab.com/StructureDefinition/json-value';

/** A value as a part: named by its type, with `value[x]` or `resource` where those can hold it, as JSON otherwise. */
export function itemPart(item: Item, definitions: Definitions): JsonObject {
  const found = toValue(item);
  const name = item.type.startsWith('System.') ? (found?.type ?? item.type.slice('System.'.length)) : item.type;
  const path = pathOf(item, definitions);
  const part: JsonObject = {
    name,
    ...(path === undefined ? {} : { extension: [{ url: PATH, valueString: path }] }),
  };
  if (found?.type === 'Resource') return { ...part, resource: found.value };
  const property = `value${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const isHeld = definitions.type('Parameters.parameter')?.properties.has(property) === true;
  if (!isHeld || (found === undefined && item.companion === undefined)) return asJson(part, item);
  if (found !== undefined) {
    part[property] = found.value;
    keepNumberText(part, property, numberText(found.parent, String(found.key)));
  }
  if (item.companion !== undefined) part[`_${property}`] = item.companion;
  return part;
}

/** Elements that are no data type, such as Patient.contact. */
function asJson(part: JsonObject, { value, companion }: Item): JsonObject {
  const text = stringifyJson(value ?? companion ?? null);
  const extension = Array.isArray(part.extension) ? part.extension : [];
  return { ...part, extension: [...extension.filter(isObject), { url: JSON_VALUE, valueString: text }] };
}
