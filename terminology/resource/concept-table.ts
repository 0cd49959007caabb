import type { JsonObject } from '../../server/kernel/json.ts';
import type { Concept, ConceptProperty, Designation } from '../code-system.ts';
import { conceptStanding, knownProperties, type KnownProperties } from './concept-standing.ts';
import { objectAt, objectsAt, textAt, valueOf } from './elements.ts';

export interface ConceptNode {
  readonly concept: Concept;
  /** Place in the order of the system, parents before children. */
  readonly order: number;
  readonly parents: ConceptNode[];
  readonly children: ConceptNode[];
}

/** The concepts of a CodeSystem resource, with the hierarchy that nesting and the properties parent and child make. */
export interface ConceptTable {
  readonly nodes: readonly ConceptNode[];
  readonly known: KnownProperties;
  /** Every property that is declared or used. */
  readonly properties: ReadonlySet<string>;
  node(code: string): ConceptNode | undefined;
}

// v3 code systems say so with a property of their own.
const SUBSUMED_BY = 'subsumedBy';

/** Walks without recursion: hierarchies may be tens of thousands deep. Of equal codes the first counts. */
export function conceptTable(codeSystem: JsonObject, isCaseSensitive: boolean): ConceptTable {
  const known = knownProperties(codeSystem);
  const properties = new Set<string>();
  for (const property of objectsAt(codeSystem, 'property')) {
    const code = textAt(property, 'code');
    if (code !== undefined) properties.add(code);
  }
  const nodes: ConceptNode[] = [];
  const byKey = new Map<string, ConceptNode>();
  const keyOf = isCaseSensitive ? (code: string) => code : (code: string) => code.toLowerCase();

  const pending: { readonly element: JsonObject; readonly parent: ConceptNode | undefined }[] = [];
  const push = (elements: readonly JsonObject[], parent: ConceptNode | undefined): void => {
    for (let index = elements.length - 1; index >= 0; index -= 1) {
      const element = elements[index];
      if (element !== undefined) pending.push({ element, parent });
    }
  };
  push(objectsAt(codeSystem, 'concept'), undefined);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { element, parent } = next;
    const code = textAt(element, 'code');
    if (code === undefined) continue;
    let node = byKey.get(keyOf(code));
    if (node === undefined) {
      node = { concept: conceptOf(code, element, known), order: nodes.length, parents: [], children: [] };
      nodes.push(node);
      byKey.set(keyOf(code), node);
      for (const property of node.concept.properties) properties.add(property.code);
    }
    if (parent !== undefined) join(parent, node);
    push(objectsAt(element, 'concept'), node);
  }
  for (const node of nodes) {
    for (const { code, value } of node.concept.properties) {
      const other = typeof value === 'string' ? byKey.get(keyOf(value)) : undefined;
      if (other === undefined) continue;
      if (known.parent.has(code) || code === SUBSUMED_BY) join(other, node);
      else if (known.child.has(code)) join(node, other);
    }
  }
  return { nodes, known, properties, node: (code) => byKey.get(keyOf(code)) };
}

function join(parent: ConceptNode, child: ConceptNode): void {
  if (parent === child || child.parents.includes(parent)) return;
  child.parents.push(parent);
  parent.children.push(child);
}

function conceptOf(code: string, element: JsonObject, known: KnownProperties): Concept {
  const properties = propertiesOf(element);
  const display = textAt(element, 'display');
  const definition = textAt(element, 'definition');
  const extension = objectsAt(element, 'extension');
  return {
    code,
    ...(display === undefined ? {} : { display }),
    ...(definition === undefined ? {} : { definition }),
    ...conceptStanding(element, properties, known),
    designations: designationsOf(element),
    properties,
    ...(extension.length === 0 ? {} : { extension }),
  };
}

export function propertiesOf(element: JsonObject): readonly ConceptProperty[] {
  return objectsAt(element, 'property').flatMap((property): ConceptProperty[] => {
    const code = textAt(property, 'code');
    const given = valueOf(property);
    if (code === undefined || given?.value === undefined) return [];
    const { type, value, digits } = given;
    return [{ code, type, value, ...(digits === undefined ? {} : { digits }) }];
  });
}

/** @param source canonical of the supplement that they are from */
export function designationsOf(element: JsonObject, source?: string): readonly Designation[] {
  return objectsAt(element, 'designation').flatMap((designation): Designation[] => {
    const value = textAt(designation, 'value');
    if (value === undefined) return [];
    const language = textAt(designation, 'language');
    const use = objectAt(designation, 'use');
    const extension = objectsAt(designation, 'extension');
    return [
      {
        value,
        ...(language === undefined ? {} : { language }),
        ...(use === undefined ? {} : { use }),
        ...(source === undefined ? {} : { source }),
        ...(extension.length === 0 ? {} : { extension }),
      },
    ];
  });
}

/** All nodes that are reached by `next`, without the start unless a cycle leads back to it. */
export function reachable(start: ConceptNode, next: (node: ConceptNode) => readonly ConceptNode[]): Set<ConceptNode> {
  const found = new Set<ConceptNode>();
  const pending = [...next(start)];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    for (const further of next(node)) if (!found.has(further)) pending.push(further);
  }
  return found;
}
