import type { Definitions } from '../../definitions/definitions.ts';
import type { ElementJson, TypeJson } from '../../definitions/snapshot/element-json.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';
import { knownStructure } from './known-structure.ts';

/** Types that an element is narrowed to: known, allowed by the base, with profiles of that type. */
export function checkElementTypes({ type: types, path }: ElementJson, base: ElementJson | undefined, walk: Walk): void {
  const { definitions } = walk.env;
  (types ?? []).forEach((type, index) => {
    const { code } = type;
    const at = ['type', index];
    // Absolute urls name logical models and FHIRPath's own types.
    if (!code.includes('/') && definitions.type(code) === undefined) {
      const text = `"${shown(code)}" is no type of FHIR R4. Expected is one such as CodeableConcept.`;
      addIssueAt(walk, [...at, 'code'], 'value', text);
      return;
    }
    const allowed = base?.type?.map((other) => other.code) ?? [];
    if (allowed.length > 0 && !allowed.some((other) => isKindOf(code, other, definitions))) {
      const text = `The base does not allow ${shown(code)} for ${shown(path)}. Expected is one of ${allowed.join(', ')}.`;
      addIssueAt(walk, [...at, 'code'], 'value', text);
      return;
    }
    checkProfiles(type, at, walk);
  });
}

/** `Age` is a Quantity, `Patient` a Resource. */
function isKindOf(code: string, wanted: string, definitions: Definitions): boolean {
  for (let at: string | undefined = code, steps = 0; at !== undefined && at !== '' && steps < 10; steps += 1) {
    if (at === wanted) return true;
    at = definitions.type(at)?.base;
  }
  return wanted.includes('/') || code.includes('/');
}

function checkProfiles({ code, profile }: TypeJson, at: readonly (string | number)[], walk: Walk): void {
  (profile ?? []).forEach((canonical, index) => {
    const structure = knownStructure(walk, canonical);
    const place = [...at, 'profile', index];
    if (structure === undefined) {
      const text = `The profile ${shown(canonical)} is not held here, so nothing is checked against it.`;
      addIssueAt(walk, place, 'not-found', text, 'warning');
    } else if (!isProfileOf(structure.type, code)) {
      const text = `${shown(canonical)} is a profile of ${String(structure.type)}. Expected is a profile of ${shown(code)}.`;
      addIssueAt(walk, place, 'value', text);
    }
  });
}

/** Of a backbone element a profile can only be an element of another profile, which the fragment names. */
function isProfileOf(type: unknown, code: string): boolean {
  return type === code || ABSTRACT.includes(code);
}

const ABSTRACT = ['Resource', 'DomainResource', 'Element', 'BackboneElement'];
