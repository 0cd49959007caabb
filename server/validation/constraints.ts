import type { ConstraintDef, Definitions } from '../definitions/definitions.ts';
import { compileCondition, type ConstraintPlace } from '../fhirpath/constraint.ts';
import type { JsonValue } from '../kernel/json.ts';
import { fhirpathHost } from './fhirpath-host.ts';
import { addIssue, resourceOf, rootResourceOf, type Walk } from './walk.ts';

/**
 * Those that the structure or a rule of its own proves: elements have a value or children, extensions a value or
 * extensions, narratives are XHTML and not empty, contained resources do not nest, are referred to and have no version
 * or security labels of their own, local references lead to a contained resource, link ids and the codes of a system are
 * unique, several conditions say how they join.
 */
const PROVEN = new Set([
  'ele-1',
  'ext-1',
  'txt-1',
  'txt-2',
  'dom-2',
  'dom-3',
  'dom-4',
  'dom-5',
  'ref-1',
  'que-2',
  'que-12',
  'csd-1',
]);

/** The constraints that have to be evaluated at all. */
export function unproven(constraints: readonly ConstraintDef[]): readonly ConstraintDef[] {
  return constraints.filter(({ key }) => !PROVEN.has(key));
}

/** Of the key of a constraint in an issue's `details.coding`. */
const CONSTRAINT = 'https://athanor.health/fhir/CodeSystem/constraint';

/** A check of `parent[key]` at the current path; a whole resource has no parent. */
type ConstraintCheck = (
  value: JsonValue,
  parent: ConstraintPlace['parent'],
  key: ConstraintPlace['key'],
  walk: Walk,
) => void;

type Condition = ReturnType<typeof compileCondition>;

/**
 * A check of constraints that stand on one type or element, evaluated at one place that is made once for all of them.
 * https://hl7.org/fhir/R4/conformance-rules.html#constraints
 */
export function checkConstraints(
  constraints: readonly ConstraintDef[],
  type: string,
  definitions: Definitions,
): ConstraintCheck {
  const mandatory = compiled(constraints.filter(({ isBestPractice }) => !isBestPractice));
  const bestPractice = compiled(constraints.filter(({ isBestPractice }) => isBestPractice));

  function compiled(defs: readonly ConstraintDef[]): readonly (readonly [ConstraintDef, Condition])[] {
    return defs.map((def) => [def, compileCondition(def.expression, type, definitions)]);
  }

  return (value, parent, key, walk) => {
    const resource = resourceOf(walk);
    const rootResource = rootResourceOf(walk);
    const place = { parent, key, resource, rootResource, host: (walk.host ??= fhirpathHost(walk)) };
    for (const [def, holds] of mandatory) evaluate(def, holds, value, place, walk);
    if (walk.options.bestPractice !== true) return;
    for (const [def, holds] of bestPractice) evaluate(def, holds, value, place, walk);
  };
}

export function checkConstraint(constraint: ConstraintDef, type: string, definitions: Definitions): ConstraintCheck {
  return checkConstraints([constraint], type, definitions);
}

function evaluate(
  { key, severity, human, expression }: ConstraintDef,
  holds: Condition,
  value: JsonValue,
  place: ConstraintPlace,
  walk: Walk,
): void {
  let isMet: boolean;
  try {
    // What nobody can tell is not met, as in the reference validator: a period from a day to an hour of that day.
    isMet = holds(value, place) === true;
  } catch {
    addIssue(walk, 'invariant', `${key} could not be evaluated here: ${human}`, 'warning');
    return;
  }
  if (isMet) return;
  const text = `${key}: ${human} (expected is that it holds: ${expression})`;
  addIssue(walk, 'invariant', text, severity, { system: CONSTRAINT, code: key });
}
