import { loadDefinitions } from '../definitions/load.ts';
import type { JsonValue } from '../kernel/json.ts';
import { createIndexer } from '../search/index/create-indexer.ts';
import { Hasher } from '../search/index/key.ts';
import { assignSlots, createRegistry } from '../search/registry.ts';
import type { Access } from './access.ts';
import { buildAccess } from './build-access.ts';
import type { Variable } from './criteria.ts';
import type { Role } from './grant.ts';
import type { Principal } from './principal.ts';
import { readRole } from './read-role.ts';
import { shippedRoles } from './shipped-roles.ts';

const definitions = loadDefinitions();
export const registry = createRegistry(definitions, assignSlots(definitions, []).all);
const indexer = createIndexer(definitions, registry, { baseUrls: [] });
export const NOW = Date.UTC(2026, 10, 25);
export const context = { definitions, registry, hasher: new Hasher('salt', 1), now: NOW };

/** Access of somebody with shipped roles, or with ones that are given. */
export function accessOf(roles: readonly (string | Role)[], claims: Partial<Principal> = {}): Access {
  const principal: Principal = {
    tenant: 1,
    kind: 'user',
    roles: [],
    purposes: [],
    fhirUser: 'Practitioner/d1',
    ...claims,
  };
  const { fhirUser = '' } = principal;
  const variables = new Map<Variable, readonly string[]>([['user', [fhirUser]]]);
  if (fhirUser.startsWith('Patient/')) variables.set('patient', [fhirUser]);
  if (fhirUser.startsWith('RelatedPerson/')) variables.set('patient', ['Patient/p1']);
  const shipped = shippedRoles(context);
  const decisions = buildAccess({
    context,
    indexer,
    principal,
    roles: roles.flatMap((role) => (typeof role === 'string' ? shipped.filter(({ name }) => name === role) : [role])),
    variables,
    consents: { rules: [], mode: 'opt-out' },
    now: NOW,
  });
  return { ...decisions, principal };
}

/** A role with these grants. */
export function roleWith(...grants: readonly object[]): Role {
  const reading = readRole(JSON.parse(JSON.stringify({ name: 'test', title: 'Test', grants })) as JsonValue, context);
  if ('role' in reading) return reading.role;
  throw new Error(reading.problems.join('\n'));
}
