import type { Issue } from '../../kernel/fault.ts';
import { cloneJson, type JsonObject } from '../../kernel/json.ts';
import { closeShorthand, elementAt } from './element-at.ts';
import { readElements, type ElementJson } from './element-json.ts';
import { cloneNode, type ElementNode } from './element-node.ts';
import { stepsOfElements } from './element-steps.ts';
import { elementsOfTree, treeOfElements } from './element-tree.ts';
import { mergeElement } from './merge-element.ts';
import type { TreeSource } from './unfold.ts';

/** A StructureDefinition by canonical, with or without a snapshot of its own. */
type FindStructure = (canonical: string) => JsonObject | undefined;

type SnapshotResult = { readonly snapshot: JsonObject } | { readonly issues: readonly Issue[] };

const MAX_BASES = 64;

/**
 * The snapshot of a profile out of its differential and the snapshots of what it is based on; those are generated as
 * well where they are missing. Elements of data types are unfolded where the differential goes into them.
 * Issues: an unknown or cyclic base, elements that the base does not have, slices used before they are named, elements
 * out of order.
 * https://hl7.org/fhir/R4/profiling.html#snapshot
 */
export function generateSnapshot(structure: JsonObject, find: FindStructure): SnapshotResult {
  const issues: Issue[] = [];
  const root = createGenerator(find, issues)(structure);
  if (root === undefined || issues.length > 0) return { issues };
  return { snapshot: { element: [...elementsOfTree(root).elements] } };
}

function createGenerator(find: FindStructure, issues: Issue[]): (structure: JsonObject) => ElementNode | undefined {
  const trees = new Map<string, ElementNode>();
  const inProgress: string[] = [];

  const source: TreeSource = (canonical) => {
    const known = trees.get(canonical);
    if (known !== undefined) return known;
    const structure = find(canonical);
    if (structure === undefined) return undefined;
    const tree = treeOfElements(readElements(structure, 'snapshot').elements) ?? generate(structure);
    if (tree !== undefined) trees.set(canonical, tree);
    return tree;
  };

  function generate(structure: JsonObject): ElementNode | undefined {
    const url = typeof structure.url === 'string' ? structure.url : '';
    const { elements, issues: unreadable } = readElements(structure, 'differential');
    issues.push(...unreadable);
    if (inProgress.includes(url)) {
      const chain = [...inProgress, url].join(' → ');
      return refuseBase(`The chain of baseDefinition comes back to ${url}: ${chain}. It must end at a type of FHIR.`);
    }
    if (inProgress.length >= MAX_BASES) {
      return refuseBase(`The chain of baseDefinition is longer than ${MAX_BASES} structures.`);
    }
    inProgress.push(url);
    const base = baseOf(structure);
    const tree = base === undefined ? undefined : cloneNode(base);
    if (tree !== undefined) applyDifferential(tree, elements, url);
    inProgress.pop();
    return tree;
  }

  function baseOf({ baseDefinition }: JsonObject): ElementNode | undefined {
    if (typeof baseDefinition !== 'string') {
      return refuseBase('A snapshot needs baseDefinition, the canonical of the structure to start from.');
    }
    const before = issues.length;
    const base = source(baseDefinition);
    if (base !== undefined || issues.length > before) return base;
    return refuseBase(
      `The base ${baseDefinition} is not known here. Expected is a structure of FHIR R4, of an installed package or one that was stored.`,
    );
  }

  function refuseBase(text: string): ElementNode | undefined {
    issues.push({ severity: 'error', code: 'processing', text, expression: ['StructureDefinition.baseDefinition'] });
    return undefined;
  }

  function applyDifferential(root: ElementNode, elements: readonly ElementJson[], url: string): void {
    const shorthands = new Set<ElementNode>();
    const steps = stepsOfElements(elements);
    const changed = elements.map((change, index) => {
      const found = elementAt({ root, source, shorthands }, steps[index] ?? []);
      if (typeof found === 'string') {
        refuseElement(change, index, found);
        return undefined;
      }
      found.definition = mergeElement(found.definition, cloneJson(change), url);
      return found;
    });
    shorthands.forEach(closeShorthand);
    checkOrder(root, elements, changed);
  }

  function checkOrder(
    root: ElementNode,
    elements: readonly ElementJson[],
    changed: readonly (ElementNode | undefined)[],
  ): void {
    const { places } = elementsOfTree(root);
    let last = -1;
    for (const [index, element] of elements.entries()) {
      const node = changed[index];
      const place = node === undefined ? last : (places.get(node) ?? last);
      if (place < last) {
        refuseElement(element, index, 'The element is out of order. Expected is the order of the base.');
        return;
      }
      last = place;
    }
  }

  function refuseElement({ id, path }: ElementJson, index: number, text: string): void {
    const expression = [`StructureDefinition.differential.element[${index}]`];
    issues.push({ severity: 'error', code: 'processing', text: `${id ?? path}: ${text}`, expression });
  }

  return generate;
}
