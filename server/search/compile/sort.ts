import type { SearchParam } from '../registry-types.ts';
import type { SortKey } from '../tree.ts';
import { jsonOf, jsonPaths } from './json-path.ts';
import type { Scope } from './scope.ts';

/** A key by which resources are sorted: SQL over an alias of `resource`. */
export interface SortColumn {
  readonly sql: string;
  readonly type: 'bigint' | 'numeric' | 'text';
  readonly descending: boolean;
}

/** Characters of a text that count, because keys travel in the links of pages. */
const MAX_KEY = 128;

/**
 * Of several values the smallest counts when sorting upwards, the largest when sorting downwards; resources without a
 * value come last both ways. Texts are compared folded (strings) or as they are (tokens by code, references, uris), by
 * code points. https://hl7.org/fhir/R4/search.html#sort
 */
export function sortColumn(scope: Scope, { by, descending }: SortKey, r: string): SortColumn {
  if (by === '_id') return { sql: `${r}.id collate "C"`, type: 'text', descending };
  if (by === '_lastUpdated') return { sql: `${r}.updated`, type: 'bigint', descending };
  const extreme = descending ? 'max' : 'min';
  switch (by.type) {
    case 'date':
      return { sql: ofRows(scope, by, 'ix_date', `${extreme}(x.low)`, r), type: 'bigint', descending };
    case 'number':
    case 'quantity':
      return {
        sql: ofRows(scope, by, 'ix_quantity', `${extreme}(coalesce(x.canonical_low, x.canonical_high))`, r),
        type: 'numeric',
        descending,
      };
    case 'string':
      return {
        sql: ofRows(scope, by, 'ix_string', `left(${extreme}(x.value), ${MAX_KEY})`, r),
        type: 'text',
        descending,
      };
    default:
      return { sql: ofJson(scope, by, extreme, r), type: 'text', descending };
  }
}

function ofRows({ sql, hasher }: Scope, { slots }: SearchParam, table: string, value: string, r: string): string {
  const keys = sql.list(
    slots.map(({ slot }) => hasher.slotKey(slot.id)),
    'bigint',
  );
  return `(select ${value} from ${table} x where x.pid = ${r}.pid and x.key = any(${keys}))`;
}

/** Index rows of tokens, references and uris hold hashes: their order is read from the resource. */
function ofJson({ sql, definitions }: Scope, param: SearchParam, extreme: 'min' | 'max', r: string): string {
  const paths = jsonPaths(definitions, param).flatMap((path) => [`${path}[*]`, `${path}.coding[*]`]);
  const list = paths.map((path) => sql.bind(path, 'jsonpath')).join(', ');
  const text =
    `case jsonb_typeof(v) when 'object' then coalesce(v ->> 'code', v ->> 'value', v ->> 'reference', v ->> 'currency') ` +
    `when 'array' then null else v #>> '{}' end`;
  return `(select left(${extreme}((${text}) collate "C"), ${MAX_KEY}) from unnest(array[${list}]::jsonpath[]) q, jsonb_path_query(${jsonOf(r)}, q) v)`;
}
