import type { Issue } from '../../kernel/fault.ts';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

export interface TypeJson extends JsonObject {
  code: string;
  profile?: string[];
  targetProfile?: string[];
  aggregation?: string[];
}

export interface DiscriminatorJson extends JsonObject {
  type: string;
  path: string;
}

export interface SlicingJson extends JsonObject {
  discriminator?: DiscriminatorJson[];
  ordered?: boolean;
  rules?: string;
}

export interface ConstraintJson extends JsonObject {
  key: string;
  severity?: string;
  human?: string;
  expression?: string;
  source?: string;
}

export interface BindingJson extends JsonObject {
  strength: string;
  valueSet?: string;
}

/** The largest published structures have some thousands. */
const MAX_ELEMENTS = 10_000;
const PROFILE_ELEMENT = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-profile-element';

/**
 * The profiles of a type; one that is an element of another profile (for backbone elements) as `url#id`.
 * https://hl7.org/fhir/R4/extension-elementdefinition-profile-element.html
 */
export function profilesOfType({ profile = [], _profile: companions }: TypeJson): readonly string[] {
  return profile.map((canonical, index) => {
    const companion = Array.isArray(companions) ? companions[index] : undefined;
    const extensions = isObject(companion) && Array.isArray(companion.extension) ? companion.extension : [];
    const found = extensions.find((extension) => isObject(extension) && extension.url === PROFILE_ELEMENT);
    return isObject(found) && typeof found.valueString === 'string' ? `${canonical}#${found.valueString}` : canonical;
  });
}

/** The parts of an ElementDefinition that snapshots and profile validation read. https://hl7.org/fhir/R4/elementdefinition.html */
export interface ElementJson extends JsonObject {
  path: string;
  id?: string;
  sliceName?: string;
  slicing?: SlicingJson;
  min?: number;
  max?: string;
  contentReference?: string;
  type?: TypeJson[];
  maxLength?: number;
  constraint?: ConstraintJson[];
  binding?: BindingJson;
}

/**
 * The elements of a differential or snapshot, once it is sure that what is read of them has the right JSON types; an
 * issue per element otherwise. An absent list is empty.
 */
export function readElements(
  structure: JsonObject,
  view: 'differential' | 'snapshot',
): { readonly elements: readonly ElementJson[]; readonly issues: readonly Issue[] } {
  const holder = structure[view];
  const list = isObject(holder) && Array.isArray(holder.element) ? holder.element : [];
  const elements: ElementJson[] = [];
  const issues: Issue[] = [];
  if (list.length > MAX_ELEMENTS) {
    const text = `There are more than ${MAX_ELEMENTS} elements, which is more than is looked at.`;
    return {
      elements,
      issues: [{ severity: 'error', code: 'too-costly', text, expression: [`StructureDefinition.${view}`] }],
    };
  }
  list.forEach((element: JsonValue, index) => {
    if (isElement(element)) elements.push(element);
    else {
      issues.push({
        severity: 'error',
        code: 'structure',
        text: 'The element cannot be read. Expected is an ElementDefinition with a path.',
        expression: [`StructureDefinition.${view}.element[${index}]`],
      });
    }
  });
  return { elements, issues };
}

function isElement(value: JsonValue): value is ElementJson {
  return (
    isObject(value) &&
    typeof value.path === 'string' &&
    isText(value.id) &&
    isText(value.sliceName) &&
    isText(value.contentReference) &&
    isText(value.max) &&
    isNumber(value.min) &&
    isNumber(value.maxLength) &&
    areObjects(
      value.type,
      (type) => typeof type.code === 'string' && areTexts(type.profile) && areTexts(type.targetProfile),
    ) &&
    areObjects(
      value.constraint,
      ({ key, expression, human }) => typeof key === 'string' && isText(expression) && isText(human),
    ) &&
    (value.binding === undefined ||
      (isObject(value.binding) && typeof value.binding.strength === 'string' && isText(value.binding.valueSet))) &&
    (value.slicing === undefined || isSlicing(value.slicing))
  );
}

function isSlicing(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  return areObjects(value.discriminator, ({ type, path }) => typeof type === 'string' && typeof path === 'string');
}

function isText(value: JsonValue | undefined): boolean {
  return value === undefined || typeof value === 'string';
}

function isNumber(value: JsonValue | undefined): boolean {
  return value === undefined || typeof value === 'number';
}

function areTexts(value: JsonValue | undefined): boolean {
  return value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}

function areObjects(value: JsonValue | undefined, test: (item: JsonObject) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.every((item) => isObject(item) && test(item)));
}
