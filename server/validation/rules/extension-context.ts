import type { Definitions } from '../../definitions/definitions.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssue, resourceOf, shown, type ElementPlace, type Walk } from '../walk.ts';
import { isSelected } from './selected-element.ts';

const CORE = 'http://hl7.org/fhir/StructureDefinition/';
const ANYWHERE = new Set(['Element', 'Base']);
const MAX_SHOWN = 8;
/** Places that R4 itself uses though the definitions of its extensions forget them. */
const FORGOTTEN: ReadonlyMap<string, string> = new Map([
  [`${CORE}structuredefinition-fhir-type`, 'ElementDefinition.type'],
  [`${CORE}regex`, 'ElementDefinition.type'],
]);

/** An extension stands where its definition allows. https://hl7.org/fhir/R4/defining-extensions.html#context */
export function checkContext({ context, url }: JsonObject, walk: Walk): void {
  if (!Array.isArray(context) || context.length === 0) return;
  const contexts = context.filter(isObject);
  const names = namesOfOwner(walk);
  if (contexts.some((allowed) => isIn(allowed, names, walk)) || names.has(FORGOTTEN.get(String(url)) ?? '')) return;
  const expected = contexts.slice(0, MAX_SHOWN).map(({ expression }) => shown(String(expression)));
  const [found = 'this element'] = names;
  const text = `The extension ${shown(String(url))} is not meant for ${found}. Expected is it on: ${expected.join(', ')}.`;
  addIssue(walk, 'extension', text);
}

function isIn({ type, expression }: JsonObject, names: ReadonlySet<string>, walk: Walk): boolean {
  if (typeof expression !== 'string') return true;
  switch (type) {
    case 'element': {
      const name = expression.replace(CORE, '').replace('[x]', '');
      // Elements of profiles (`http://…#Patient.name`) would need the profile.
      return ANYWHERE.has(name) || names.has(name) || name.includes('/');
    }
    case 'extension':
      return walk.objects.at(-2)?.url === expression.split('#', 1)[0];
    case 'fhirpath':
      return isSelected(expression, walk);
    default:
      return true;
  }
}

/** All names by which a definition can mean the element that holds the extension; the fullest path first. */
function namesOfOwner(walk: Walk): ReadonlySet<string> {
  const { definitions } = walk.env;
  const owner = walk.elements.at(-2);
  const names = new Set<string>();
  if (owner === undefined || isResource(owner)) {
    const type = String(resourceOf(walk).resourceType);
    for (const name of typesOf(type, definitions)) names.add(name);
    if (isCanonical(type, definitions)) names.add('CanonicalResource').add('MetadataResource');
    return names;
  }
  let path = '';
  for (let at = walk.elements.length - 2; at >= 0; at -= 1) {
    const place = walk.elements[at];
    if (place === undefined || isResource(place)) break;
    const cut = place.definition.lastIndexOf('.');
    path = place.definition.slice(cut) + path;
    // `Patient.text` is `DomainResource.text` as well.
    for (const type of typesOf(place.definition.slice(0, cut), definitions)) names.add(type + path);
  }
  for (const type of typesOf(owner.type, definitions)) names.add(type);
  if (!owner.type.includes('.')) names.add('DataType');
  return names;
}

/** The type and all that it is derived from. */
function typesOf(type: string, definitions: Definitions): readonly string[] {
  const types: string[] = [];
  for (let name = type; name !== '' && !types.includes(name); name = definitions.type(name)?.base ?? '')
    types.push(name);
  return types;
}

function isResource({ type }: ElementPlace): boolean {
  return type === 'Resource';
}

/** https://hl7.org/fhir/R5/canonicalresource.html names what R4 types have in common already. */
function isCanonical(type: string, definitions: Definitions): boolean {
  const properties = definitions.type(type)?.properties;
  return properties?.has('url') === true && properties.has('status');
}
