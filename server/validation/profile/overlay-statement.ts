import type { Definitions, TypeDef } from '../../definitions/definitions.ts';
import type { ElementJson } from '../../definitions/snapshot/element-json.ts';
import {
  childOf,
  createNode,
  sliceOf,
  sliceParent,
  type ElementNode,
} from '../../definitions/snapshot/element-node.ts';
import type { ElementStep } from '../../definitions/snapshot/element-steps.ts';

/** Adds a statement to the tree. Returns the path of an element that its type does not have, if there is one. */
export function addStatement(
  root: ElementNode,
  steps: readonly ElementStep[],
  element: ElementJson,
  definitions: Definitions,
): string | undefined {
  let node = root;
  let type = definitions.type(root.name);
  for (const step of steps) {
    const { name, slice } = longForm(step, type);
    if (type !== undefined && !hasElement(type, name)) return `${type.name}.${name}`;
    let child = childOf(node, name);
    if (child === undefined) {
      child = createNode({ name }, { path: `${node.definition.path}.${name}` });
      node.children.push(child);
    }
    node = child;
    if (slice !== undefined) node = sliceOf(node, slice) ?? addSlice(node, { name, slice }, step, type);
    type = typeOf(node, name, type, definitions);
  }
  node.definition = stated(node.definition, element);
  return undefined;
}

function hasElement({ elements }: TypeDef, name: string): boolean {
  return elements.some((element) => name === (element.isChoice ? `${element.name}[x]` : element.name));
}

/** `valueQuantity` is how older differentials write the slice `value[x]:valueQuantity`. */
function longForm(step: ElementStep, type: TypeDef | undefined): ElementStep {
  const property = type?.properties.get(step.name);
  if (property?.element.isChoice !== true) return step;
  return { name: `${property.element.name}[x]`, slice: step.slice ?? step.name };
}

function addSlice(
  sliced: ElementNode,
  { name, slice = '' }: ElementStep,
  written: ElementStep,
  type: TypeDef | undefined,
): ElementNode {
  const definition: ElementJson = { path: sliced.definition.path, sliceName: slice };
  // A choice slice that is named after its type need not repeat it.
  const property = type?.properties.get(written.name) ?? type?.properties.get(slice);
  if (property?.element.isChoice === true && name.endsWith('[x]')) definition.type = [{ code: property.type.code }];
  const node = createNode({ name, slice }, definition);
  sliceParent(sliced, slice).slices.push(node);
  return node;
}

/** Of what type the element is, when it can only be one. */
function typeOf(
  node: ElementNode,
  name: string,
  owner: TypeDef | undefined,
  definitions: Definitions,
): TypeDef | undefined {
  const stem = name.endsWith('[x]') ? name.slice(0, -3) : name;
  const declared = owner?.elements.find((element) => element.name === stem)?.types ?? [];
  const narrowed = node.definition.type ?? [];
  const [only, ...others] = narrowed.length === 1 ? narrowed : declared;
  // Backbone elements are types of their own here, whatever the profile calls them.
  const code = declared.length === 1 && declared[0]?.code.includes('.') === true ? declared[0].code : only?.code;
  return code === undefined || others.length > 0 ? undefined : definitions.type(code);
}

/** What a later profile of the chain states takes the place of what an earlier one did; constraints add up. */
function stated(before: ElementJson, element: ElementJson): ElementJson {
  const { sliceName: _sliceName, path: _path, ...statement } = element;
  const merged: ElementJson = { ...before, ...statement, path: before.path };
  const keys = new Set((element.constraint ?? []).map(({ key }) => key));
  const kept = (before.constraint ?? []).filter(({ key }) => !keys.has(key));
  if (kept.length > 0) merged.constraint = [...kept, ...(element.constraint ?? [])];
  if (Array.isArray(before.extension) && Array.isArray(element.extension)) {
    merged.extension = [...before.extension, ...element.extension];
  }
  if (element.slicing !== undefined && before.slicing?.discriminator !== undefined) {
    merged.slicing = { discriminator: before.slicing.discriminator, ...element.slicing };
  }
  return merged;
}
