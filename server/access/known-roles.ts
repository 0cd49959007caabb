import type { JsonObject } from '../kernel/json.ts';
import type { CriteriaContext } from './criteria.ts';
import { readRole, type RoleReading } from './read-role.ts';
import { shippedRoles } from './shipped-roles.ts';

/**
 * A role that a module brings: a role of its own, as in server/access/roles, or what it adds to one that the server brings:
 * `{ "extends": "physician", "grants": […], "operations": […] }`.
 */
export interface RoleContribution {
  /** Which file of which module, for messages. */
  readonly origin: string;
  readonly json: JsonObject;
}

/** Roles by name, as far as they can be read. */
export type KnownRoles = ReadonlyMap<string, RoleReading>;

/** What decides about the form of roles, and which there are without those that a tenant defines. */
export interface RoleContext extends CriteriaContext {
  roles(tenant: number): KnownRoles;
}

const EXTENSION_KEYS = ['extends', 'grants', 'operations'];

const known = new WeakMap<readonly RoleContribution[], KnownRoles>();

/**
 * The roles that come with the server and with its modules. Grants of one role are united. One that cannot be read, or is
 * added to wrongly, has problems instead of grants.
 */
export function knownRoles(contributions: readonly RoleContribution[], context: CriteriaContext): KnownRoles {
  const before = known.get(contributions);
  if (before !== undefined) return before;
  const roles = new Map<string, RoleReading>(shippedRoles(context).map((role) => [role.name, { role }]));
  const isExtension = ({ json }: RoleContribution): boolean => json.extends !== undefined;
  for (const { origin, json } of contributions.filter((each) => !isExtension(each))) {
    roles.set(nameIn(json.name, origin), told(origin, readRole(json, context)));
  }
  for (const { origin, json } of contributions.filter(isExtension)) {
    const name = nameIn(json.extends, origin);
    roles.set(name, extended(roles.get(name), origin, json, context));
  }
  // What cannot be read may be readable later, when a search parameter is there again.
  if ([...roles.values()].every((reading) => 'role' in reading)) known.set(contributions, roles);
  return roles;
}

function extended(
  base: RoleReading | undefined,
  origin: string,
  json: JsonObject,
  context: CriteriaContext,
): RoleReading {
  if (base === undefined)
    return { problems: [`${origin}: there is no role ${nameIn(json.extends, origin)} to extend.`] };
  const strange = Object.keys(json).filter((key) => !EXTENSION_KEYS.includes(key));
  if (strange.length > 0) {
    return {
      problems: [`${origin}: ${strange.join(', ')} cannot be extended; known are ${EXTENSION_KEYS.join(', ')}.`],
    };
  }
  const { grants = [], operations } = json;
  const whole = { name: json.extends, title: 'extension', grants, ...(operations === undefined ? {} : { operations }) };
  const added = told(origin, readRole(whole, context));
  if (!('role' in base) || !('role' in added)) return 'role' in base ? added : base;
  const { role } = base;
  return {
    role: {
      ...role,
      grants: [...role.grants, ...added.role.grants],
      operations: [...new Set([...role.operations, ...added.role.operations])],
    },
  };
}

function told(origin: string, reading: RoleReading): RoleReading {
  return 'role' in reading ? reading : { problems: reading.problems.map((problem) => `${origin}: ${problem}`) };
}

function nameIn(name: JsonObject[string], origin: string): string {
  return typeof name === 'string' ? name : origin;
}
