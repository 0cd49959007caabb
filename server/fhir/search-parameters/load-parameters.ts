import { compareVersions } from '../../definitions/canonical-index.ts';
import type { Definitions, SearchParameterDef } from '../../definitions/definitions.ts';
import { isObject, parseJson } from '../../kernel/json.ts';
import { textOf } from '../../search/index/values.ts';
import { customDefinition } from '../../search/registry/custom-parameter.ts';
import { resourceText } from '../../storage/body.ts';
import type { Queryable } from '../../storage/db.ts';
import { readByType } from '../../storage/read-by-type.ts';

/** An active SearchParameter that is stored here and is none of R4's. */
export interface StoredParameter {
  readonly id: string;
  /** SearchParameter.version */
  readonly version: string;
  readonly definition: SearchParameterDef;
}

/** Custom SearchParameters, oldest first; of several with one url the newest version counts, then the oldest. */
export async function loadCustomParameters(db: Queryable, definitions: Definitions): Promise<StoredParameter[]> {
  const own = new Set(definitions.searchParameters.map((definition) => definition.url));
  const found = new Map<string, StoredParameter>();
  for (const row of await readByType(db, definitions.typeId('SearchParameter'))) {
    const resource = parseJson(resourceText({ type: 'SearchParameter', ...row }));
    const definition = isObject(resource) ? customDefinition(resource) : undefined;
    if (!isObject(resource) || definition === undefined || own.has(definition.url)) continue;
    const version = textOf(resource, 'version') ?? '';
    const other = found.get(definition.url);
    if (other !== undefined && compareVersions(version, other.version) <= 0) continue;
    found.set(definition.url, { id: row.id, version, definition });
  }
  return [...found.values()];
}
