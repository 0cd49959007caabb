import { compileConstraint } from '../../fhirpath/constraint.ts';
import type { ElementJson, TypeJson } from '../../definitions/snapshot/element-json.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';

/** Expressions of constraints are FHIRPath. */
export function checkElementConstraints(
  { constraint: list }: ElementJson,
  types: readonly TypeJson[] | undefined,
  walk: Walk,
): void {
  (list ?? []).forEach(({ key, expression }, index) => {
    if (expression === undefined) return;
    const type = types?.length === 1 ? (types[0]?.code ?? 'Element') : 'Element';
    try {
      compileConstraint(expression, type, walk.env.definitions);
    } catch (error) {
      const reason = error instanceof Error ? error.message : '';
      const text = `The expression of ${shown(key)} is no FHIRPath: ${reason}. Expected is one such as "name.exists()".`;
      addIssueAt(walk, ['constraint', index, 'expression'], 'value', text);
    }
  });
}
