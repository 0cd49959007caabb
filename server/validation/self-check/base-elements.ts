import { readElements, type ElementJson } from '../../definitions/snapshot/element-json.ts';
import { generateSnapshot } from '../../definitions/snapshot/generate-snapshot.ts';
import type { Issue } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';

/** The elements of what a profile is based on. */
export interface BaseElements {
  /** The one that an element of the profile constrains: for a new slice the sliced element. Undefined: unfolded from a type. */
  of(element: ElementJson): ElementJson | undefined;
}

/** Those of its snapshot, or of one that is made of its differential; issues when none can be made. */
export function baseElements(
  base: JsonObject,
  find: (canonical: string) => JsonObject | undefined,
): BaseElements | { readonly issues: readonly Issue[] } {
  let { elements } = readElements(base, 'snapshot');
  if (elements.length === 0) {
    const result = generateSnapshot(base, find);
    if ('issues' in result) return result;
    elements = readElements(result, 'snapshot').elements;
  }
  const byId = new Map(elements.map((element) => [element.id ?? element.path, element]));
  return {
    of({ id, path }) {
      const key = id ?? path;
      return byId.get(key) ?? byId.get(withoutSlice(key));
    },
  };
}

/** `Patient.extension:race` constrains `Patient.extension`. */
export function withoutSlice(id: string): string {
  const last = id.lastIndexOf('.') + 1;
  const cut = id.indexOf(':', last);
  return cut === -1 ? id : id.slice(0, cut);
}
