import type { ConstraintDef, Definitions } from '../../../definitions/definitions.ts';
import type { ConstraintJson, ElementJson } from '../../../definitions/snapshot/element-json.ts';
import { isObject } from '../../../kernel/json.ts';
import { checkConstraint } from '../../constraints.ts';
import type { ItemCheck } from '../rule.ts';

const BEST_PRACTICE = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice';

/** Invariants of the element, except those that it has by its base type. */
export function constraintChecks(
  definition: ElementJson,
  type: string,
  inherited: readonly ConstraintDef[],
  definitions: Definitions,
): readonly ItemCheck[] {
  return (definition.constraint ?? []).flatMap((constraint) => {
    const { key, expression } = constraint;
    if (expression === undefined || inherited.some((base) => base.key === key && base.expression === expression)) {
      return [];
    }
    const check = checkConstraint(constraintOf(constraint, expression), type, definitions);
    return [
      ({ value, owner, key: place }, { walk }): void => {
        if (value !== undefined && value !== null) check(value, owner, place, walk);
      },
    ];
  });
}

function constraintOf({ key, severity, human, extension }: ConstraintJson, expression: string): ConstraintDef {
  const isBestPractice =
    Array.isArray(extension) &&
    extension.some((item) => isObject(item) && item.url === BEST_PRACTICE && item.valueBoolean === true);
  return {
    key,
    severity: severity === 'warning' ? 'warning' : 'error',
    human: human ?? key,
    expression,
    isBestPractice,
  };
}
