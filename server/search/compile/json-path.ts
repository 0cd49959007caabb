import { simplePath, type Step } from '../registry/member.ts';
import type { SearchParam } from '../registry-types.ts';

/** The second kind of slot over one path names its kind: `value.ofType(CodeableConcept):string`. */
const KIND = /:[a-z]+$/;

/** SQL: the whole resource as jsonb, from an alias of `resource`. */
export function jsonOf(alias: string): string {
  return `resource_json(${alias}.id, ${alias}.version, ${alias}.updated, ${alias}.body)`;
}

/**
 * SQL/JSON paths (lax: arrays unwrap themselves) to the parameter's values, or to `children` of them; slots whose
 * expression is more than a path are left out.
 */
export function jsonPaths(param: SearchParam, children: readonly string[] = []): readonly string[] {
  const paths = param.slots.flatMap(({ slot, system }) => {
    const steps = simplePath(slot.name.replace(KIND, ''), [])?.steps;
    if (steps === undefined || steps.length === 0) return [];
    const path = `$${steps.map(stepText).join('')}`;
    const filtered = system === undefined ? path : `${path} ? (@.system == ${JSON.stringify(system)})`;
    return children.length === 0 ? [filtered] : children.map((child) => `${filtered}${quoted(child)}`);
  });
  return [...new Set(paths)];
}

/** A choice is one property in JSON: `value.ofType(Quantity)` is valueQuantity. */
function stepText(step: Step, index: number, steps: readonly Step[]): string {
  switch (step.kind) {
    case 'child': {
      const next = steps[index + 1];
      const suffix = next?.kind === 'as' ? next.type.charAt(0).toUpperCase() + next.type.slice(1) : '';
      return `.${JSON.stringify(step.name + suffix)}`;
    }
    case 'as':
      return '';
    case 'where':
      return ` ? (@.${JSON.stringify(step.field)} == ${JSON.stringify(step.value)})`;
    case 'at':
      return `[${step.index}]`;
  }
}

function quoted(path: string): string {
  return path
    .split('.')
    .map((name) => `."${name}"`)
    .join('');
}
