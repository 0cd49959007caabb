import { profilesOfType } from '../../definitions/snapshot/element-json.ts';
import type { ElementNode } from '../../definitions/snapshot/element-node.ts';
import type { PathStep } from './discriminator-path.ts';
import type { Profiles } from './rule.ts';
import { childrenOfStated, statedValues, type StatedValue } from './stated-value.ts';

/** What a slice says about the element that a discriminator leads to. */
export interface CriterionTargets {
  /** The element in the slice, in its nested slices, in profiles of types on the way. */
  readonly nodes: readonly ElementNode[];
  /** Values that elements on the way, or the element itself, ask of it. */
  readonly stated: readonly (readonly StatedValue[])[];
}

const MAX_PROFILES = 16;

export function criterionTargets(slice: ElementNode, steps: readonly PathStep[], profiles: Profiles): CriterionTargets {
  const nodes: ElementNode[] = [];
  const stated: (readonly StatedValue[])[] = [];

  function visit(node: ElementNode, at: number, inProfiles: number): void {
    for (const value of statedValues(node.definition)) {
      const rest = remaining(value, steps.slice(at));
      if (rest.length > 0) stated.push(rest);
    }
    if (at === steps.length) nodes.push(node);
    const step = steps[at];
    if (step !== undefined) for (const next of nextNodes(node, step, profiles)) visit(next, at + 1, inProfiles);
    if (inProfiles >= MAX_PROFILES) return;
    for (const canonical of profilesOf(node)) {
      const overlay = profiles.overlay(canonical);
      if (overlay !== undefined) visit(overlay.root, at, inProfiles + 1);
      else if (isUrlOfExtension(node, steps.slice(at))) stated.push([urlOf(canonical)]);
    }
  }

  visit(slice, 0, 0);
  return { nodes, stated };
}

/** An extension that is not known is told by its url nonetheless, which is the canonical of its definition. */
function isUrlOfExtension({ definition }: ElementNode, steps: readonly PathStep[]): boolean {
  const [step, ...others] = steps;
  const isExtension = definition.type?.some(({ code }) => code === 'Extension') === true;
  return isExtension && others.length === 0 && step?.kind === 'child' && step.name === 'url';
}

function urlOf(canonical: string): StatedValue {
  const [url = canonical] = canonical.split('|', 1);
  return { kind: 'fixed', value: url, owner: [url], key: '0' };
}

/** Profiles of the types of an element. */
export function profilesOf({ definition }: ElementNode): readonly string[] {
  return (definition.type ?? []).flatMap(profilesOfType);
}

export function targetProfilesOf({ definition }: ElementNode): readonly string[] {
  return (definition.type ?? []).flatMap(({ targetProfile }) => targetProfile ?? []);
}

function remaining(value: StatedValue, steps: readonly PathStep[]): readonly StatedValue[] {
  let values: readonly StatedValue[] = [value];
  for (const step of steps) {
    values = step.kind === 'child' ? values.flatMap((current) => childrenOfStated(current, step.name)) : [];
  }
  return values;
}

function nextNodes(node: ElementNode, step: PathStep, profiles: Profiles): readonly ElementNode[] {
  switch (step.kind) {
    case 'child':
      return node.children
        .filter(({ name }) => name === step.name || name === `${step.name}[x]`)
        .flatMap((child) => [child, ...allSlices(child)]);
    case 'extension':
      return node.children
        .filter(({ name }) => name === 'extension')
        .flatMap(allSlices)
        .filter((slice) => extensionUrl(slice) === step.url);
    case 'ofType': {
      const ofType = allSlices(node).filter((slice) => hasType(slice, step.type));
      return ofType.length > 0 ? ofType : [node];
    }
    case 'resolve':
      return targetProfilesOf(node).flatMap((canonical) => profiles.overlay(canonical)?.root ?? []);
  }
}

function hasType({ definition }: ElementNode, type: string): boolean {
  return definition.type?.some(({ code }) => code === type) === true;
}

function allSlices(node: ElementNode): readonly ElementNode[] {
  return node.slices.flatMap((slice) => [slice, ...allSlices(slice)]);
}

/** The url of the extensions in a slice of `extension`. */
function extensionUrl(slice: ElementNode): string | undefined {
  const url = slice.children.find(({ name }) => name === 'url');
  const fixed = url === undefined ? undefined : statedValues(url.definition)[0]?.value;
  if (typeof fixed === 'string') return fixed;
  const [canonical] = profilesOf(slice);
  return canonical?.split('|', 1)[0];
}

/** A resource type or data type as the root of its overlay says it. */
export function typeCodes(node: ElementNode): readonly string[] {
  const isRoot = node.definition.path === node.name;
  return node.definition.type?.map(({ code }) => code) ?? (isRoot ? [node.name] : []);
}
