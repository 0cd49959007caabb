import type { SearchParam } from '../registry-types.ts';
import type { UriTest } from '../tree.ts';
import type { Condition, KeyEntry } from './condition.ts';
import { RANK } from './rank.ts';
import type { Scope } from './scope.ts';

/** Any of the uris. `:below` reads the dictionary of distinct values. https://hl7.org/fhir/R4/search.html#uri */
export function uriConditions(scope: Scope, param: SearchParam, tests: readonly UriTest[]): Condition[] {
  const { hasher } = scope;
  const entries: KeyEntry[] = [];
  const conditions: Condition[] = [];
  for (const { slot } of param.slots) {
    for (const { mode, value } of tests) {
      if (mode === 'below') conditions.push(below(scope, slot.id, value));
      const texts = mode === 'equal' ? [value] : mode === 'above' ? ancestors(value) : [];
      for (const text of texts) entries.push({ key: hasher.key(slot.id, text), detail: undefined });
    }
  }
  if (entries.length > 0) conditions.push({ kind: 'keys', table: 'ix_token', entries, rank: RANK.code });
  return conditions;
}

/** The uri and every shorter one that ends before a `/`, with and without it. */
function ancestors(uri: string): readonly string[] {
  const found = [uri];
  const start = uri.indexOf('://') + 3;
  for (let at = uri.lastIndexOf('/'); at >= start && start > 2; at = uri.lastIndexOf('/', at - 1)) {
    found.push(uri.slice(0, at + 1), uri.slice(0, at));
  }
  return [...new Set(found)];
}

function below(scope: Scope, slot: number, value: string): Condition {
  const { sql } = scope;
  const seen = sql.once(
    `select u.key from uri_seen u where u.slot = ${sql.bind(scope.hasher.slotNumber(slot), 'smallint')} and u.tenant = ${scope.tenant} ` +
      `and u.value >= ${sql.bind(value, 'text')} and starts_with(u.value, ${sql.bind(value, 'text')})`,
  );
  return { kind: 'keys', table: 'ix_token', entries: seen, rank: RANK.code };
}
