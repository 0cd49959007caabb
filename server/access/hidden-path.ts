import { simplePath } from '../search/registry/member.ts';
import type { SearchParam } from '../search/registry-types.ts';

/** The second kind of slot over one path names its kind: `value.ofType(CodeableConcept):string`. */
const KIND = /:[a-z]+$/;

/**
 * Whether a search by the parameter could tell something of the hidden elements: its expression passes through one, ends
 * above one, or is more than a path.
 * @param hidden as in Access.hidden
 */
export function looksAt(param: SearchParam, hidden: readonly string[]): boolean {
  if (hidden.length === 0) return false;
  const { resourceType } = param;
  return (
    param.slots.some(({ slot }) => pathsOf(slot.name).some((path) => touches(resourceType, path, hidden))) ||
    (param.composite ?? []).some(
      (plan) =>
        plan.parts.some((part) => looksAt(part, hidden)) ||
        (plan.kind === 'rows' && pathsOf(plan.slot.name).some((path) => touches(resourceType, path, hidden))),
    )
  );
}

/** Element names of the paths that a slot indexes; undefined stands for what is more than a path. */
function pathsOf(name: string): readonly (readonly string[] | undefined)[] {
  const [context = '', components] = name.split('#', 2);
  const whole = elementsOf(context.replace(KIND, ''));
  if (components === undefined) return [whole];
  const parts = components.replace(KIND, '').split(/[$|]/).map(elementsOf);
  // A component stands below the context, or at the resource's root.
  const below = parts.map((part) => (part === undefined || whole === undefined ? undefined : [...whole, ...part]));
  return [whole, ...parts, ...below];
}

function elementsOf(path: string): readonly string[] | undefined {
  const steps = simplePath(path, [])?.steps;
  return steps?.flatMap((step) => (step.kind === 'child' ? [step.name] : []));
}

function touches(type: string, path: readonly string[] | undefined, hidden: readonly string[]): boolean {
  return path === undefined || hidden.some((other) => isWithin([type, ...path].join('.'), other));
}

/** Whether one of two element paths stands within the other, or they are the same. */
export function isWithin(left: string, right: string): boolean {
  return left === right || left.startsWith(`${right}.`) || right.startsWith(`${left}.`);
}
