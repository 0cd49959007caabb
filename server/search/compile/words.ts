import { foldText } from '../index/fold-text.ts';
import type { Condition } from './condition.ts';
import { jsonOf } from './json-path.ts';
import type { Scope } from './scope.ts';
import { either } from './sql.ts';

/** `_text`: words of the narrative. https://hl7.org/fhir/R4/search.html#content */
export function narrativeCondition(scope: Scope, values: readonly string[]): Condition {
  return words(scope, values, (alias) => `regexp_replace(${jsonOf(alias)} #>> '{text,div}', '<[^>]*>', ' ', 'g')`);
}

/** `_content`: words anywhere in the resource's values. */
export function contentCondition(scope: Scope, values: readonly string[]): Condition {
  return words(
    scope,
    values,
    (alias) =>
      `(select string_agg(regexp_replace(v #>> '{}', '<[^>]*>', ' ', 'g'), ' ') ` +
      `from jsonb_path_query(${jsonOf(alias)}, '$.** ? (@.type() == "string")') v)`,
  );
}

/** Any of the values, each with all of its words, at the beginning of words; read from the resources at hand. */
function words(scope: Scope, values: readonly string[], text: (alias: string) => string): Condition {
  const { sql } = scope;
  const lists = values.map((value) =>
    foldText(value)
      .split(' ')
      .filter((word) => word !== ''),
  );
  const wanted = lists.filter((list) => list.length > 0);
  if (wanted.length === 0) return { kind: 'never' };
  const has = (word: string): string => `strpos(t.words, ${sql.bind(` ${word}`, 'text')}) > 0`;
  return {
    kind: 'columns',
    access: 'none',
    where: (alias) =>
      `exists (select from (select ' ' || fold_text(${text(alias)}) as words offset 0) t where ` +
      `${either(wanted.map((list) => `(${list.map(has).join(' and ')})`))})`,
  };
}
