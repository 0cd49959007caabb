import type { Definitions } from '../../definitions/definitions.ts';
import { hasElementPath } from '../../definitions/element-path.ts';
import { fault } from '../../kernel/fault.ts';
import { selectData, selectElements, selectSummary, selectText, type ElementTree, type Select } from './select.ts';

/** Which part of resources a client wants. */
export interface Shape {
  /** `_summary=count`: of a Bundle only the total. */
  readonly isCount: boolean;
  /** What to keep of resources of a type; undefined = everything. */
  selectOf(resourceType: string): Select | undefined;
}

/** Values of the parameters as they were given; undefined or empty = not given. */
export interface ShapeParameters {
  readonly summary?: string | undefined;
  readonly elements?: readonly string[] | undefined;
}

const SUMMARIES: ReadonlyMap<string, Shape | undefined> = new Map([
  ['true', everywhere(selectSummary)],
  ['text', everywhere(selectText)],
  ['data', everywhere(selectData)],
  ['count', { isCount: true, selectOf: () => undefined }],
  ['false', undefined],
]);

/**
 * What `_summary` and `_elements` ask for; undefined when they want resources whole.
 * Names in `_elements` are those of `resourceType`, so that resources included along with it stay whole; they are
 * narrowed by `Type.element`. Without a type, names count for all types. Names may be nested (`name.given`).
 * https://hl7.org/fhir/R4/search.html#summary, https://hl7.org/fhir/R4/search.html#elements
 * @throws Fault 400 for values and names that do not exist, and when both parameters are given
 */
export function shapeOf(
  { summary, elements = [] }: ShapeParameters,
  definitions: Definitions,
  resourceType?: string,
): Shape | undefined {
  if (summary !== undefined && !SUMMARIES.has(summary)) {
    throw badValue('_summary', `"${summary.slice(0, 64)}" is none of ${[...SUMMARIES.keys()].join(', ')}.`);
  }
  const paths = elements.flatMap((value) => value.split(',')).filter((path) => path !== '');
  const shape = summary === undefined ? undefined : SUMMARIES.get(summary);
  if (paths.length === 0) return shape;
  if (shape !== undefined) throw badValue('_elements', 'Give either _summary or _elements, not both.');
  return elementsShape(paths, definitions, resourceType);
}

function everywhere(select: Select): Shape {
  return { isCount: false, selectOf: () => select };
}

/** Key of names that count for every type. */
const ANY = '';

function elementsShape(paths: readonly string[], definitions: Definitions, resourceType: string | undefined): Shape {
  const trees = new Map<string, ElementTree>();
  for (const path of paths) {
    const names = path.replace(/\[x\]$/, '').split('.');
    const isPrefixed = definitions.isResourceType(names[0] ?? '');
    const type = isPrefixed ? names.shift() : resourceType;
    const candidates = type === undefined ? definitions.resourceTypes : [type];
    if (!candidates.some((candidate) => hasElementPath(definitions, candidate, names)))
      throw unknownElement(path, definitions, type);
    const key = type ?? ANY;
    const tree = trees.get(key) ?? new Map<string, ElementTree>();
    trees.set(key, tree);
    add(tree, names);
  }
  const selects = new Map([...trees].map(([type, tree]) => [type, selectElements(tree)]));
  return { isCount: false, selectOf: (type) => selects.get(type) ?? selects.get(ANY) };
}

function add(tree: ElementTree, names: readonly string[]): void {
  let level = tree;
  for (const [index, name] of names.entries()) {
    const next = level.get(name);
    // An element that is already wanted whole is not narrowed by a later path.
    if (next?.size === 0) return;
    if (next === undefined || index === names.length - 1) {
      const children: ElementTree = new Map();
      level.set(name, children);
      level = children;
    } else level = next;
  }
}

function unknownElement(path: string, definitions: Definitions, type: string | undefined): Error {
  const shown = `"${path.slice(0, 64)}"`;
  if (type === undefined) {
    return badValue('_elements', `${shown} is an element of no resource type; write name, name.given or Patient.name.`);
  }
  const names = definitions.type(type)?.elements.map(({ name }) => name) ?? [];
  return badValue('_elements', `${shown} is no element of ${type}, which has ${names.join(', ')}.`);
}

function badValue(parameter: string, text: string): Error {
  return fault('rest.badShape', 400, 'value', `${parameter}: ${text}`, `http.${parameter}`);
}
