import type { Definitions, ElementDef, TypeRef } from '../../server/definitions/definitions.ts';
import type { JsonObject, JsonValue } from '../../server/kernel/json.ts';

const PRIMITIVES: Readonly<Record<string, JsonValue>> = {
  base64Binary: 'QXRoYW5vcg==',
  boolean: true,
  canonical: 'http://hl7.org/fhir/ValueSet/example',
  code: 'example',
  date: '2024-02-29',
  dateTime: '2024-02-29T10:00:00Z',
  decimal: 0.5,
  id: 'example',
  instant: '2024-02-29T10:00:00.000Z',
  integer: -1,
  markdown: '*example*',
  oid: 'urn:oid:2.16.840.1.113883.6.1',
  positiveInt: 1,
  string: 'example',
  time: '10:00:00',
  unsignedInt: 0,
  uri: 'urn:example',
  url: 'http://clinic.example',
  uuid: 'urn:uuid:5f1c7f2c-9a0e-4c5b-8d0e-2f6f3a5b7c11',
  xhtml: '<div xmlns="http://www.w3.org/1999/xhtml">example</div>',
};

/** What the server understands when it is written, so that not every text will do. */
const UNDERSTOOD: Readonly<Record<string, JsonObject>> = {
  Subscription: { criteria: 'Patient?_id=example', channel: { type: 'websocket' } },
};

/** A resource of the type with its required elements alone, each once; choices take their first type. */
export function minimalResource(definitions: Definitions, resourceType: string): JsonObject {
  return { resourceType, ...required(definitions, resourceType), ...UNDERSTOOD[resourceType] };
}

function required(definitions: Definitions, typeName: string): JsonObject {
  const result: JsonObject = {};
  for (const element of definitions.type(typeName)?.elements ?? []) {
    const [type] = element.types;
    if (element.min === 0 || type === undefined) continue;
    const value = valueOf(definitions, element, type);
    result[propertyOf(element, type)] = element.max > 1 ? [value] : value;
  }
  return result;
}

function propertyOf({ name, isChoice }: ElementDef, { code }: TypeRef): string {
  return isChoice ? name + code.charAt(0).toUpperCase() + code.slice(1) : name;
}

function valueOf(definitions: Definitions, { binding }: ElementDef, { code }: TypeRef): JsonValue {
  const kind = definitions.type(code)?.kind;
  if (code === 'code' && binding?.strength === 'required') {
    return definitions.expandValueSet(binding.valueSet)?.[0]?.code ?? 'en';
  }
  if (kind === 'primitive') return PRIMITIVES[code] ?? null;
  if (kind === 'resource') return minimalResource(definitions, 'Basic');
  const value = required(definitions, code);
  // An element must have a value or children, and few data types require any.
  return Object.keys(value).length > 0 ? value : { extension: [{ url: 'urn:example', valueBoolean: true }] };
}
