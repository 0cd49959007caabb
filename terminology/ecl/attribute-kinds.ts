import type { Condition, Scope } from '../store/condition.ts';
import type { Expression } from './ecl-tree.ts';

export type Compile = (scope: Scope, node: Expression) => Condition;

/** SQL array of the kinds of properties that the concepts of a set stand for. */
export function kindsOf(scope: Scope, names: Expression, compile: Compile): string {
  const kinds = scope.content.kinds.filter(({ concept }) => concept !== undefined);
  const list = (ids: readonly number[]): string => `'{${ids.join()}}'::smallint[]`;
  if (names.kind === 'any') return list(kinds.map(({ id }) => id));
  if (names.kind === 'concept') {
    const concept = scope.idOf(names.code);
    return list(kinds.filter((kind) => kind.concept === concept).map(({ id }) => id));
  }
  const [k, c] = [scope.alias(), scope.alias()];
  return (
    `array(select ${k}.kind from unnest(${list(kinds.map(({ id }) => id))}, '{${kinds.map(({ concept }) => concept).join()}}'::integer[]) ` +
    `${k}(kind, concept) join ${scope.tables.concept} ${c} on ${c}.id = ${k}.concept where ${compile(scope, names)(c)})`
  );
}
