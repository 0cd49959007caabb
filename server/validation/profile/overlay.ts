import type { Canonicals } from '../../definitions/canonicals.ts';
import type { Definitions } from '../../definitions/definitions.ts';
import { readElements } from '../../definitions/snapshot/element-json.ts';
import { childOf, createNode, sliceOf, type ElementNode } from '../../definitions/snapshot/element-node.ts';
import { stepsOfElements } from '../../definitions/snapshot/element-steps.ts';
import type { Issue } from '../../kernel/fault.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import { NARRATIVE_LANGUAGE } from './checks/narrative-language.ts';
import { addStatement } from './overlay-statement.ts';

/** All that a profile and the profiles it is based on say about a type, as one tree that holds only what they say. */
export interface Overlay {
  readonly url: string;
  /** The resource or data type. */
  readonly type: string;
  readonly root: ElementNode;
  /** Why it does not say all that it should: an unknown or cyclic base, elements that do not exist. */
  readonly issues: readonly Issue[];
  /** Canonicals of the profiles that this one imposes besides its bases. */
  readonly imposed: readonly string[];
}

const IMPOSED = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile';
const MAX_BASES = 64;
const MAX_STEPS = 64;

/**
 * Undefined when no StructureDefinition of that canonical is known. A fragment (`url#Composition.section:plan`) means one
 * of its elements.
 */
export function buildOverlay(canonical: string, definitions: Definitions, canonicals: Canonicals): Overlay | undefined {
  const whole = buildWhole(canonical, definitions, canonicals);
  const cut = canonical.indexOf('#');
  return whole === undefined || cut === -1 ? whole : partOf(whole, canonical.slice(cut + 1));
}

function partOf(whole: Overlay, id: string): Overlay {
  const url = `${whole.url}#${id}`;
  let node: ElementNode | undefined = whole.root;
  for (const part of id.split('.').slice(1)) {
    const [name = '', slice] = part.split(':');
    const child: ElementNode | undefined = node === undefined ? undefined : childOf(node, name);
    node = child === undefined || slice === undefined ? child : sliceOf(child, slice);
  }
  if (node !== undefined) return { ...whole, url, type: node.definition.path, root: node };
  const issue: Issue = { severity: 'error', code: 'processing', text: `It has no element ${id}.` };
  return {
    ...whole,
    url,
    root: createNode({ name: whole.type }, { path: whole.type }),
    issues: [...whole.issues, issue],
  };
}

function buildWhole(canonical: string, definitions: Definitions, canonicals: Canonicals): Overlay | undefined {
  const structure = canonicals.find('StructureDefinition', canonical);
  if (structure === undefined) return undefined;
  const issues: Issue[] = [];
  const chain = chainOf(structure, canonicals, issues);
  const type = text(structure.type) ?? '';
  const root = createNode({ name: type }, { path: type });
  for (const { structure: link, view } of [...chain].reverse()) {
    const { elements, issues: unreadable } = readElements(link, view);
    issues.push(...unreadable);
    stepsOfElements(elements).forEach((steps, index) => {
      const element = elements[index];
      if (element === undefined || steps.length > MAX_STEPS) return;
      const unknown = addStatement(root, steps, element, definitions);
      if (unknown === undefined) return;
      const expression = [`StructureDefinition.${view}.element[${index}]`];
      issues.push({ severity: 'error', code: 'processing', text: `${unknown} is no element.`, expression });
    });
    // Stated of the profile as a whole, it is about its narrative.
    const narrative = extensionsOf(link, NARRATIVE_LANGUAGE);
    if (narrative.length > 0) {
      addStatement(root, [{ name: 'text' }], { path: `${type}.text`, extension: narrative }, definitions);
    }
  }
  return {
    url: text(structure.url) ?? canonical,
    type,
    root,
    issues,
    imposed: chain.flatMap(({ structure: link }) => imposedBy(link)),
  };
}

interface Link {
  readonly structure: JsonObject;
  readonly view: 'differential' | 'snapshot';
}

/**
 * The profile itself first, then those it is based on, down to the type of FHIR, which is not among them. A snapshot ends
 * the chain, because it holds what the bases say as well; it is taken where a differential or the base is missing.
 */
function chainOf(structure: JsonObject, canonicals: Canonicals, issues: Issue[]): readonly Link[] {
  const chain: Link[] = [];
  const seen = new Set<string>();
  let link: JsonObject | undefined = structure;
  while (link?.derivation === 'constraint') {
    const url = text(link.url) ?? '';
    if (seen.has(url) || chain.length >= MAX_BASES) {
      issues.push(problem(`The chain of baseDefinition comes back to ${url} instead of ending at a type of FHIR.`));
      return chain;
    }
    seen.add(url);
    if (!hasElements(link, 'differential')) return [...chain, { structure: link, view: 'snapshot' }];
    const baseUrl: string | undefined = text(link.baseDefinition);
    const base: JsonObject | undefined =
      baseUrl === undefined ? undefined : canonicals.find('StructureDefinition', baseUrl);
    if (base === undefined && hasElements(link, 'snapshot')) return [...chain, { structure: link, view: 'snapshot' }];
    if (base === undefined) {
      const name = baseUrl ?? '(none)';
      issues.push(problem(`The base ${name} of ${url} is not known here, so that its rules cannot be applied.`));
    }
    chain.push({ structure: link, view: 'differential' });
    link = base;
  }
  return chain;
}

function hasElements(structure: JsonObject, view: Link['view']): boolean {
  return readElements(structure, view).elements.length > 0;
}

function extensionsOf({ extension }: JsonObject, url: string): JsonObject[] {
  return (Array.isArray(extension) ? extension : []).filter(isObject).filter((item) => item.url === url);
}

function imposedBy(structure: JsonObject): readonly string[] {
  return extensionsOf(structure, IMPOSED).flatMap(({ valueCanonical }) => text(valueCanonical) ?? []);
}

function problem(text: string): Issue {
  return { severity: 'error', code: 'processing', text, expression: ['StructureDefinition.baseDefinition'] };
}

function text(value: JsonObject[string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
