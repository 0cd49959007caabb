import type { Definitions, SearchParameterDef } from '../../definitions/definitions.ts';
import { isObject, parseJson } from '../../kernel/json.ts';
import { customDefinition } from '../../search/registry/custom-parameter.ts';
import { resourceText } from '../../storage/body.ts';
import type { Queryable } from '../../storage/db.ts';
import { readByType } from '../../storage/read-by-type.ts';

/** An active SearchParameter that is stored here and is none of R4's. */
export interface StoredParameter {
  readonly id: string;
  readonly definition: SearchParameterDef;
}

/** Custom SearchParameters of all tenants, oldest first; of several with one url the first one counts. */
export async function loadCustomParameters(db: Queryable, definitions: Definitions): Promise<StoredParameter[]> {
  const own = new Set(definitions.searchParameters.map((definition) => definition.url));
  const found = new Map<string, StoredParameter>();
  for (const row of await readByType(db, definitions.typeId('SearchParameter'))) {
    const resource = parseJson(resourceText({ type: 'SearchParameter', ...row }));
    const definition = isObject(resource) ? customDefinition(resource) : undefined;
    if (definition === undefined || own.has(definition.url) || found.has(definition.url)) continue;
    found.set(definition.url, { id: row.id, definition });
  }
  return [...found.values()];
}
