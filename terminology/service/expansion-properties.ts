import type { JsonObject, JsonValue } from '../../server/kernel/json.ts';
import { extensionsOf, objectsAt, textAt, valueOf, withValue } from '../resource/elements.ts';
import type { Entry } from './list.ts';

/** A property of a concept in an expansion, as R5 has it. https://hl7.org/fhir/R5/valueset.html#expansion */
interface EntryProperty {
  readonly code: string;
  readonly uri: string | undefined;
  /** `valueCode`, `valueString`, … */
  readonly type: string;
  readonly value: JsonValue;
  readonly digits?: string | undefined;
}

const CORE = 'http://hl7.org/fhir/StructureDefinition/';
const URIS = 'http://hl7.org/fhir/concept-properties#';
const R5 = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion';

// Extensions of concepts that are properties by another name; a value set may overrule its code system.
const FROM_EXTENSIONS = [
  { code: 'weight', uri: `${URIS}itemWeight`, type: 'valueDecimal', urls: [`${CORE}itemWeight`] },
  {
    code: 'label',
    uri: `${URIS}label`,
    type: 'valueString',
    urls: [`${CORE}valueset-label`, `${CORE}codesystem-label`],
  },
  {
    code: 'order',
    uri: `${URIS}order`,
    type: 'valueDecimal',
    urls: [`${CORE}valueset-conceptOrder`, `${CORE}codesystem-conceptOrder`],
  },
];

/** What is always told (status, weight, label, order), and what is asked for. */
export function entryProperties(entry: Entry, wanted: ReadonlySet<string>): readonly EntryProperty[] {
  const { concept, system, listed } = entry;
  const found: EntryProperty[] = [];
  if (wanted.has('definition') && concept.definition !== undefined) {
    found.push({ code: 'definition', uri: `${URIS}definition`, type: 'valueString', value: concept.definition });
  }
  if (concept.status !== undefined) {
    found.push({ code: 'status', uri: `${URIS}status`, type: 'valueCode', value: concept.status });
  }
  const own = { extension: [...(concept.extension ?? [])] };
  for (const { code, uri, type, urls } of FROM_EXTENSIONS) {
    const extension = [listed, own].flatMap((element) => urls.flatMap((url) => extensionsOf(element, url)))[0];
    const given = extension === undefined ? undefined : valueOf(extension);
    if (given?.value !== undefined) found.push({ code, uri, type, value: given.value, digits: given.digits });
  }
  for (const { code, type, value, digits } of concept.properties) {
    if (!wanted.has(code) || found.some((each) => each.code === code)) continue;
    found.push({ code, uri: propertyUri(system.header, code), type, value, digits });
  }
  return found;
}

function propertyUri(header: JsonObject, code: string): string | undefined {
  return textAt(
    objectsAt(header, 'property').find((property) => property.code === code),
    'uri',
  );
}

/** `expansion.contains.property` for R4. */
export function propertyExtension({ code, type, value, digits }: EntryProperty): JsonObject {
  return {
    url: `${R5}.contains.property`,
    extension: [
      { url: 'code', valueCode: code },
      { url: 'value', ...withValue(type, value, digits) },
    ],
  };
}

/** `expansion.property` for R4: what the codes of properties mean. */
export function declaredProperties(used: ReadonlyMap<string, string | undefined>): readonly JsonObject[] {
  return [...used].map(([code, uri]) => ({
    url: `${R5}.property`,
    extension: [{ url: 'code', valueCode: code }, ...(uri === undefined ? [] : [{ url: 'uri', valueUri: uri }])],
  }));
}
