import type { Hasher } from '../index/key.ts';
import type { SearchParam } from '../registry-types.ts';
import type { CompartmentFilter } from '../tree.ts';
import { anyOf, type Condition } from './condition.ts';
import { idCondition } from './identity.ts';
import { RANK, referenceRank } from './rank.ts';
import { referenceEntries } from './reference.ts';
import type { Scope } from './scope.ts';

/** So many keys are looked up one by one; where there are more, the references of a row are looked up among them. */
const MAX_KEYS = 40;

/** Member of one of several compartments. https://hl7.org/fhir/R4/compartmentdefinition.html */
export function compartmentCondition(scope: Scope, type: string, filter: CompartmentFilter): Condition {
  const { compartment, ids } = filter;
  const params = scope.registry.compartmentParams(compartment, type);
  const conditions: Condition[] = type === compartment && ids.length > 0 ? [idCondition(scope, [type], ids)] : [];
  if (params.length * ids.length > MAX_KEYS) conditions.push(inSet(scope, params, filter));
  else conditions.push(...byKeys(scope, params, filter));
  return anyOf(conditions);
}

function targetsOf({ compartment, ids }: CompartmentFilter): readonly string[] {
  return ids.map((id) => `${compartment}/${id}`);
}

function byKeys(scope: Scope, params: readonly SearchParam[], filter: CompartmentFilter): Condition[] {
  const targets = targetsOf(filter);
  const found = new Map(
    params.flatMap((param) => referenceEntries(scope, param, targets)).map((entry) => [entry.key, entry]),
  );
  if (found.size === 0) return [];
  return [{ kind: 'keys', table: 'ix_ref', entries: [...found.values()], rank: referenceRank(targets) }];
}

function inSet(scope: Scope, params: readonly SearchParam[], filter: CompartmentFilter): Condition {
  const { sql, hasher } = scope;
  const uses = params.flatMap(({ slots }) =>
    slots.filter(({ targetTypes }) => targetTypes?.includes(filter.compartment) ?? true),
  );
  const identities = (): string => sql.list(identitiesOf(hasher, filter), 'bigint');
  return {
    kind: 'targets',
    uses,
    rank: RANK.reference,
    select: (limit) => `select unnest(${identities()}) as ref${limit === undefined ? '' : ` limit ${limit}`}`,
    contains: (ref) => `${ref} = any(${identities()})`,
  };
}

const known = new WeakMap<CompartmentFilter, { readonly hasher: Hasher; readonly identities: readonly string[] }>();

/** Identities of the resources whose compartments they are, as they stand in ix_ref; there can be many. */
export function identitiesOf(hasher: Hasher, filter: CompartmentFilter): readonly string[] {
  let found = known.get(filter);
  if (found?.hasher !== hasher) {
    const identities = targetsOf(filter).map((target) => hasher.target(target));
    known.set(filter, (found = { hasher, identities }));
  }
  return found.identities;
}
