import { cloneJson } from '../../kernel/json.ts';
import { childOf, cloneNode, sliceOf, type ElementNode } from './element-node.ts';

/** The snapshot of a structure as a tree; undefined when it is not known. */
export type TreeSource = (canonical: string) => ElementNode | undefined;

const CORE = 'http://hl7.org/fhir/StructureDefinition/';

/** Gives an element the children that its type, the profile of its type or its contentReference stands for. */
export function addChildren(node: ElementNode, root: ElementNode, source: TreeSource): void {
  const { contentReference } = node.definition;
  const origin = contentReference === undefined ? typeTree(node, source) : referenced(contentReference, root, source);
  node.children.push(...(origin?.children ?? []).map(cloneNode));
  if (contentReference === undefined || origin === undefined) return;
  const { contentReference: _contentReference, ...rest } = node.definition;
  node.definition = { ...rest, path: node.definition.path, type: cloneJson(origin.definition.type ?? []) };
}

function typeTree({ definition }: ElementNode, source: TreeSource): ElementNode | undefined {
  const types = definition.type ?? [];
  const [first] = types;
  if (first === undefined) return undefined;
  // Of a choice only what all types have in common can be meant.
  if (types.some(({ code }) => code !== first.code)) return source(`${CORE}Element`);
  const [profile, ...others] = types.flatMap((type) => type.profile ?? []);
  const profiled = profile === undefined || others.length > 0 ? undefined : source(profile);
  return profiled ?? source(first.code.includes('/') ? first.code : CORE + first.code);
}

/** `#Questionnaire.item` or, with the structure's url before it, an element of another structure. */
function referenced(reference: string, root: ElementNode, source: TreeSource): ElementNode | undefined {
  const cut = reference.indexOf('#');
  const url = reference.slice(0, cut);
  let node: ElementNode | undefined = url === '' ? root : source(url);
  for (const part of reference
    .slice(cut + 1)
    .split('.')
    .slice(1)) {
    const [name = '', slice] = part.split(':');
    const child: ElementNode | undefined = node === undefined ? undefined : childOf(node, name);
    node = child === undefined || slice === undefined ? child : sliceOf(child, slice);
  }
  return node;
}
