import type { SearchParam, Slot } from '../registry-types.ts';
import { simplePath, type Step } from './member.ts';

/** The second kind of slot over one path names its kind: `value.ofType(CodeableConcept):string`. */
const KIND = /:[a-z]+$/;

/** The path below the resource that the slot indexes; undefined when its expression is more than a path. */
export function slotPath({ name }: Slot): readonly Step[] | undefined {
  const steps = simplePath(name.replace(KIND, ''), [])?.steps;
  return steps === undefined || steps.length === 0 ? undefined : steps;
}

/** Whether the parameter's values can be found in the stored resource by paths, which is where texts and codes are read. */
export function isPathOnly({ slots }: SearchParam): boolean {
  return slots.every(({ slot }) => slotPath(slot) !== undefined);
}
