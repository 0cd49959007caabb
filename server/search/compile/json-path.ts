import type { Definitions } from '../../definitions/definitions.ts';
import type { Step } from '../registry/member.ts';
import { slotPath } from '../registry/slot-path.ts';
import type { SearchParam } from '../registry-types.ts';

/** SQL: the whole resource as jsonb, from an alias of `resource`. */
export function jsonOf(alias: string): string {
  return `resource_json(${alias}.id, ${alias}.version, ${alias}.updated, ${alias}.body)`;
}

/**
 * SQL/JSON paths (lax: arrays unwrap themselves) to the parameter's values, or to `children` of them; slots whose
 * expression is more than a path are left out.
 */
export function jsonPaths(
  definitions: Definitions,
  { resourceType, slots }: SearchParam,
  children: readonly string[] = [],
): readonly string[] {
  const paths = slots.flatMap(({ slot, system }) =>
    waysOf(definitions, resourceType, slotPath(slot) ?? []).flatMap((path) => {
      const filtered = system === undefined ? path : `${path} ? (@.system == ${JSON.stringify(system)})`;
      return children.length === 0 ? [filtered] : children.map((child) => `${filtered}${quoted(child)}`);
    }),
  );
  return [...new Set(paths)];
}

interface Way {
  readonly path: string;
  /** What stands there; unknown behind what definitions do not say. */
  readonly type: string | undefined;
}

function waysOf(definitions: Definitions, resourceType: string, steps: readonly Step[]): readonly string[] {
  let ways: readonly Way[] = steps.length === 0 ? [] : [{ path: '$', type: resourceType }];
  steps.forEach((step, index) => {
    ways = ways.flatMap((way) => stepOn(definitions, way, step, steps[index + 1]));
  });
  return ways.map(({ path }) => path);
}

function stepOn(definitions: Definitions, way: Way, step: Step, next: Step | undefined): readonly Way[] {
  const { path, type } = way;
  switch (step.kind) {
    case 'child':
      return propertiesOf(definitions, type, step.name, next).map((property) => ({
        path: `${path}.${JSON.stringify(property)}`,
        type: definitions.type(type ?? '')?.properties.get(property)?.type.code,
      }));
    case 'as':
      return [{ path, type: step.type }];
    case 'where':
      return [{ path: `${path} ? (@.${JSON.stringify(step.field)} == ${JSON.stringify(step.value)})`, type }];
    case 'at':
      return [{ path: `${path}[${step.index}]`, type }];
  }
}

/** A choice has a property for each type in JSON: `value.ofType(Quantity)` is valueQuantity, `event` is eventCoding or eventUri. */
function propertiesOf(
  definitions: Definitions,
  type: string | undefined,
  name: string,
  next: Step | undefined,
): readonly string[] {
  if (next?.kind === 'as') return [name + next.type.charAt(0).toUpperCase() + next.type.slice(1)];
  const choices = [...(definitions.type(type ?? '')?.properties.values() ?? [])].filter(
    ({ element }) => element.isChoice && element.name === name,
  );
  return choices.length === 0 ? [name] : choices.map(({ property }) => property);
}

function quoted(path: string): string {
  return path
    .split('.')
    .map((name) => `."${name}"`)
    .join('');
}
