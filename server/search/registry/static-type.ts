import type { Definitions, ElementDef, TypeDef, TypeRef } from '../../definitions/definitions.ts';
import type { Step } from './member.ts';

/** What a path can lead to, by the definitions. */
export interface StaticType {
  readonly types: readonly TypeRef[];
  /** At most one value per resource. */
  readonly isSingle: boolean;
  /** The element at the end; undefined where the path ends at the resource itself. */
  readonly element?: ElementDef;
  /** The steps in their one spelling: choice suffixes and casts of one-type elements resolved. */
  readonly steps: readonly Step[];
}

/** Undefined when the path leads nowhere. */
export function staticType(
  definitions: Definitions,
  resourceType: string,
  steps: readonly Step[],
): StaticType | undefined {
  let types: readonly TypeRef[] = [{ code: resourceType, targets: [] }];
  let isSingle = true;
  let element: ElementDef | undefined;
  const normal: Step[] = [];
  for (const step of steps) {
    if (step.kind === 'child') {
      const found = types
        .map((type) => childOf(definitions.type(type.code), step.name))
        .find((child) => child !== undefined);
      if (found === undefined) return undefined;
      element = found.element;
      types = found.types;
      isSingle &&= element.max <= 1;
      normal.push({ kind: 'child', name: element.name });
      const [only] = types;
      if (found.isOneOfChoice && only !== undefined) normal.push({ kind: 'as', type: only.code });
    } else if (step.kind === 'as') {
      const cast = types.filter((type) => isNamed(type.code, step.type));
      if (cast.length === 0) return undefined;
      if (cast.length < types.length) normal.push({ kind: 'as', type: cast[0]?.code ?? step.type });
      types = cast;
    } else {
      if (step.kind === 'at') isSingle = true;
      normal.push(step);
    }
  }
  return { types, isSingle, steps: normal, ...(element === undefined ? {} : { element }) };
}

interface Child {
  readonly element: ElementDef;
  readonly types: readonly TypeRef[];
  readonly isOneOfChoice: boolean;
}

function childOf(type: TypeDef | undefined, name: string): Child | undefined {
  const element = type?.elements.find((candidate) => candidate.name === name);
  if (element !== undefined) return { element, types: merged(element.types), isOneOfChoice: false };
  const property = type?.properties.get(name);
  return property && { element: property.element, types: [property.type], isOneOfChoice: property.element.isChoice };
}

function merged(types: readonly TypeRef[]): readonly TypeRef[] {
  return types.length < 2 ? types : [...new Map(types.map((type) => [type.code, type])).values()];
}

/** Two R4 SearchParameters write `DateTime` for `dateTime`. */
function isNamed(code: string, name: string): boolean {
  return code === name || code === name.charAt(0).toLowerCase() + name.slice(1);
}
