import { Fault, type Issue } from '../kernel/fault.ts';
import { parseJson, stringifyJson, type JsonValue } from '../kernel/json.ts';
import type { Queryable } from '../storage/db.ts';
import type { CriteriaContext } from './criteria.ts';
import type { Role } from './grant.ts';
import type { RoleContext } from './known-roles.ts';
import { readRole, type RoleReading } from './read-role.ts';

/** A role that a tenant defined, as it stands in the database. */
export interface StoredRole {
  readonly name: string;
  /** JSON text. */
  readonly definition: string;
  readonly reading: RoleReading;
}

export async function readStoredRoles(
  db: Queryable,
  tenant: number,
  context: CriteriaContext,
): Promise<readonly StoredRole[]> {
  const rows = await db.query<{ name: string; definition: string }>({
    text: 'select name, definition from access_role where tenant = $1 order by name',
    values: [tenant],
  });
  return rows.map(({ name, definition }) => ({ name, definition, reading: readDefinition(name, definition, context) }));
}

function readDefinition(name: string, definition: string, context: CriteriaContext): RoleReading {
  let json: JsonValue;
  try {
    json = parseJson(definition);
  } catch {
    return { problems: ['It is not JSON.'] };
  }
  const reading = readRole(json, context);
  return 'role' in reading && reading.role.name !== name
    ? { problems: ['It has another name than its row.'] }
    : reading;
}

/**
 * Defines a role of a tenant, or changes it; to be called in a transaction that announces that policies changed.
 * @throws Fault 422 with everything that is wrong with it
 */
export async function storeRole(
  tx: Queryable,
  tenant: number,
  definition: JsonValue,
  context: RoleContext,
  now: number,
): Promise<Role> {
  const reading = readRole(definition, context);
  const problems = 'role' in reading ? namesTaken(reading.role, tenant, context) : reading.problems;
  if (!('role' in reading) || problems.length > 0) {
    const issues = problems.map((text): Issue => ({ severity: 'error', code: 'invalid', text }));
    throw new Fault('access.badRole', 422, issues);
  }
  const { role } = reading;
  await tx.query({
    text:
      'insert into access_role (tenant, name, definition, updated) values ($1, $2, $3, $4) ' +
      'on conflict (tenant, name) do update set definition = excluded.definition, updated = excluded.updated',
    values: [tenant, role.name, stringifyJson(definition), now],
  });
  return role;
}

/** @returns whether there was one; roles that come with the server cannot be removed */
export async function removeRole(tx: Queryable, tenant: number, name: string): Promise<boolean> {
  const rows = await tx.query({
    text: 'delete from access_role where tenant = $1 and name = $2 returning name',
    values: [tenant, name],
  });
  return rows.length > 0;
}

function namesTaken({ name }: Role, tenant: number, context: RoleContext): readonly string[] {
  return context.roles(tenant).has(name) ? [`${name} is a role that comes with the server; choose another name.`] : [];
}
