import { foldText } from '../index/fold-text.ts';
import type { SearchParam } from '../registry-types.ts';
import type { TextTest } from '../tree.ts';
import type { Condition } from './condition.ts';
import { jsonOf, jsonPaths } from './json-path.ts';
import type { Scope } from './scope.ts';
import { either } from './sql.ts';

/**
 * `code:text=headache`: the text begins a run of words in the text or a display of the element, without regard to case and
 * accents. There are no index rows for it: the resources that the other conditions leave are read.
 * https://hl7.org/fhir/R4/search.html#token
 */
export function textConditions(scope: Scope, param: SearchParam, tests: readonly TextTest[]): Condition[] {
  const { sql, definitions } = scope;
  const texts = tests.map(({ text }) => foldText(text)).filter((text) => text !== '');
  const paths = jsonPaths(definitions, param, [
    'text',
    'display',
    'coding.display',
    'type.text',
    'type.coding.display',
  ]);
  if (texts.length === 0 || paths.length === 0) return [];
  const list = (): string => paths.map((path) => sql.bind(path, 'jsonpath')).join(', ');
  const found = (): string =>
    either(texts.map((text) => `strpos(' ' || fold_text(v #>> '{}'), ${sql.bind(` ${text}`, 'text')}) > 0`));
  return [
    {
      kind: 'columns',
      access: 'none',
      where: (alias) =>
        `exists (select from unnest(array[${list()}]) q, jsonb_path_query(${jsonOf(alias)}, q) v where jsonb_typeof(v) = 'string' and ${found()})`,
    },
  ];
}
