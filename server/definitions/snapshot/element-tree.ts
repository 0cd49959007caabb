import type { JsonObject } from '../../kernel/json.ts';
import type { ElementJson } from './element-json.ts';
import { childOf, createNode, sliceOf, sliceParent, type ElementNode } from './element-node.ts';
import { stepsOfElements } from './element-steps.ts';

/**
 * The elements of a snapshot as a tree. Elements whose parent is missing are left out: no snapshot that was checked
 * has any. Undefined for an empty list.
 */
export function treeOfElements(elements: readonly ElementJson[]): ElementNode | undefined {
  const [first] = elements;
  if (first === undefined) return undefined;
  const steps = stepsOfElements(elements);
  const root = createNode({ name: first.path }, first);
  elements.forEach((element, index) => {
    const way = steps[index] ?? [];
    const last = way.at(-1);
    let owner: ElementNode | undefined = root;
    for (const step of way.slice(0, -1)) {
      const child: ElementNode | undefined = childOf(owner, step.name);
      owner = child === undefined || step.slice === undefined ? child : sliceOf(child, step.slice);
      if (owner === undefined) return;
    }
    if (last === undefined) return;
    const node = createNode(last, element);
    if (last.slice === undefined) owner.children.push(node);
    else {
      const sliced = childOf(owner, last.name);
      if (sliced !== undefined) sliceParent(sliced, last.slice).slices.push(node);
    }
  });
  return root;
}

/** The elements of a tree in the order of snapshots, with their ids and paths; `places` tells where each node went. */
export function elementsOfTree(root: ElementNode): {
  readonly elements: readonly JsonObject[];
  readonly places: ReadonlyMap<ElementNode, number>;
} {
  const elements: JsonObject[] = [];
  const places = new Map<ElementNode, number>();
  const add = (node: ElementNode, ownerId: string, ownerPath: string): void => {
    const path = ownerPath + node.name;
    const id = ownerId + node.name + (node.slice === undefined ? '' : `:${node.slice}`);
    places.set(node, elements.length);
    const { id: _id, path: _path, ...rest } = node.definition;
    elements.push({ id, path, ...rest });
    for (const child of node.children) add(child, `${id}.`, `${path}.`);
    for (const slice of node.slices) add(slice, ownerId, ownerPath);
  };
  add(root, '', '');
  return { elements, places };
}
