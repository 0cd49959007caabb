import { cloneJson } from '../../kernel/json.ts';
import {
  childOf,
  choiceOfShorthand,
  cloneNode,
  createNode,
  sliceOf,
  sliceParent,
  type ElementNode,
} from './element-node.ts';
import type { ElementStep } from './element-steps.ts';
import { sliceDefinition } from './merge-element.ts';
import { addChildren, type TreeSource } from './unfold.ts';

const MAX_STEPS = 64;
const TYPE_SLICING = { discriminator: [{ type: 'type', path: '$this' }], ordered: false, rules: 'open' };
const EXTENSION_SLICING = { discriminator: [{ type: 'value', path: 'url' }], ordered: false, rules: 'open' };

/** The snapshot that is being made. */
export interface GrowingTree {
  readonly root: ElementNode;
  readonly source: TreeSource;
  /** Choices that a differential wrote as `valueQuantity`. */
  readonly shorthands: Set<ElementNode>;
}

/**
 * The element that a differential means; data types on the way are unfolded, and a slice that is named last is added.
 * A text says why there is none.
 */
export function elementAt(tree: GrowingTree, steps: readonly ElementStep[]): ElementNode | string {
  if (steps.length > MAX_STEPS) return `The path is deeper than ${MAX_STEPS} elements.`;
  let node = tree.root;
  let isInSlice = false;
  for (const [index, step] of steps.entries()) {
    if (node.children.length === 0) addChildren(node, tree.root, tree.source);
    const child = childAt(node, step.name, isInSlice, tree);
    if (child === undefined) return `"${step.name}" is no element there. Expected is one of ${namesOf(node)}.`;
    node = child;
    if (step.slice === undefined || node.slice === step.slice) continue;
    const isLast = index === steps.length - 1;
    const slice = sliceOf(node, step.slice) ?? (isLast ? addSlice(node, step) : undefined);
    if (slice === undefined) return `The slice "${step.slice}" is not defined before its elements.`;
    // What is said of the sliced element below it holds for the slice too.
    if (!isLast && slice.children.length === 0) slice.children.push(...node.children.map(cloneNode));
    node = slice;
    isInSlice = true;
  }
  return node;
}

/** Whoever has to have the slice `valueQuantity` cannot have another type. */
export function closeShorthand({ definition, slices }: ElementNode): void {
  const required = slices.find((slice) => (slice.definition.min ?? 0) > 0)?.definition;
  if (required === undefined) return;
  definition.type = required.type ?? [];
  definition.slicing = { ...definition.slicing, rules: 'closed' };
  definition.min = Math.max(definition.min ?? 0, required.min ?? 0);
}

/** In a slice a shorthand is no slice of its own, but narrows the choice of that slice. */
function childAt(
  node: ElementNode,
  name: string,
  isInSlice: boolean,
  { shorthands }: GrowingTree,
): ElementNode | undefined {
  const child = childOf(node, name);
  if (child !== undefined) return child;
  const shorthand = choiceOfShorthand(node, name);
  if (shorthand === undefined) return undefined;
  const { choice, type } = shorthand;
  const known = sliceOf(choice, name);
  if (known !== undefined) return known;
  const target = isInSlice ? choice : addSlice(choice, { name: choice.name, slice: name });
  target.definition.type = (target.definition.type ?? []).filter(({ code }) => code === type);
  if (!isInSlice) shorthands.add(choice);
  return target;
}

function addSlice(sliced: ElementNode, { name, slice: sliceName = '' }: ElementStep): ElementNode {
  const owner = sliceParent(sliced, sliceName);
  if (owner === sliced && sliced.definition.slicing === undefined) {
    const implied = name.endsWith('[x]') ? TYPE_SLICING : name.endsWith('xtension') ? EXTENSION_SLICING : undefined;
    if (implied !== undefined) sliced.definition.slicing = cloneJson(implied);
  }
  const slice = createNode({ name, slice: sliceName }, sliceDefinition(owner.definition, sliceName));
  owner.slices.push(slice);
  return slice;
}

function namesOf({ children }: ElementNode): string {
  return children.length === 0 ? 'none' : children.map(({ name }) => name).join(', ');
}
