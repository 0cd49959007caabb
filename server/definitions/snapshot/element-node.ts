import { cloneJson } from '../../kernel/json.ts';
import type { ElementJson } from './element-json.ts';
import type { ElementStep } from './element-steps.ts';

/** An element of a structure with what is below it. */
export interface ElementNode {
  /** Last step of the path: `value[x]`, `given`; of the root the type. */
  readonly name: string;
  /** As written: `a`, `a/b` for the reslice b of a; undefined when it is no slice. */
  readonly slice: string | undefined;
  definition: ElementJson;
  readonly children: ElementNode[];
  /** Of a slice: its reslices. */
  readonly slices: ElementNode[];
}

export function createNode(step: ElementStep, definition: ElementJson): ElementNode {
  return { name: step.name, slice: step.slice, definition, children: [], slices: [] };
}

export function cloneNode(node: ElementNode): ElementNode {
  return {
    ...node,
    definition: cloneJson(node.definition),
    children: node.children.map(cloneNode),
    slices: node.slices.map(cloneNode),
  };
}

export function childOf(node: ElementNode, name: string): ElementNode | undefined {
  return node.children.find((child) => child.name === name);
}

/** The slice of that name, at any depth of reslicing. */
export function sliceOf(node: ElementNode, name: string): ElementNode | undefined {
  for (const slice of node.slices) {
    if (slice.slice === name) return slice;
    const deeper = sliceOf(slice, name);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** The node that a new slice is put into: for a reslice `a/b` the slice `a`, when there is one. */
export function sliceParent(node: ElementNode, name: string): ElementNode {
  const cut = name.lastIndexOf('/');
  return (cut === -1 ? undefined : sliceOf(node, name.slice(0, cut))) ?? node;
}

/** `valueQuantity` stands for the slice of `value[x]` that has the type Quantity: its node and that type. */
export function choiceOfShorthand(
  node: ElementNode,
  name: string,
): { readonly choice: ElementNode; readonly type: string } | undefined {
  for (const child of node.children) {
    if (!child.name.endsWith('[x]')) continue;
    const stem = child.name.slice(0, -3);
    if (!name.startsWith(stem)) continue;
    const suffix = name.slice(stem.length);
    const type = child.definition.type?.find(({ code }) => code.charAt(0).toUpperCase() + code.slice(1) === suffix);
    if (type !== undefined) return { choice: child, type: type.code };
  }
  return undefined;
}
