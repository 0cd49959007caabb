import type { Queryable } from './db.ts';
import type { PackageResource } from './packages.ts';

/** A row of table module_state. */
export interface ModuleState {
  readonly tenant: number;
  readonly name: string;
  /** Up to which its upgrade steps have run for the tenant. */
  readonly version: string;
  /** The tenant's own switch. */
  readonly enabled: boolean;
}

/** What a module has installed; a row of table module_definition. */
export interface ModuleDefinitions {
  readonly name: string;
  readonly sha256: string;
  readonly resources: readonly PackageResource[];
}

/** Of all tenants that the connection reaches. */
export async function readModuleStates(db: Queryable): Promise<ModuleState[]> {
  return db.query({ text: 'select tenant, name, version, enabled from module_state', values: [] });
}

export async function saveModuleState(tx: Queryable, state: ModuleState, now: number): Promise<void> {
  const { tenant, name, version, enabled } = state;
  await tx.query({
    text:
      'insert into module_state (tenant, name, version, enabled, changed) values ($1, $2, $3, $4, $5) on conflict (tenant, name) ' +
      'do update set version = excluded.version, enabled = excluded.enabled, changed = excluded.changed',
    values: [tenant, name, version, enabled, now],
  });
}

export async function readModuleDefinitions(db: Queryable, tenant: number): Promise<ModuleDefinitions[]> {
  const rows = await db.query<Omit<ModuleDefinitions, 'resources'> & { readonly resources: string }>({
    text: 'select name, sha256, resources from module_definition where tenant = $1',
    values: [tenant],
  });
  return rows.map((row) => ({ ...row, resources: JSON.parse(row.resources) as PackageResource[] }));
}

export async function saveModuleDefinitions(
  tx: Queryable,
  tenant: number,
  { name, sha256, resources }: ModuleDefinitions,
): Promise<void> {
  await tx.query({
    text:
      'insert into module_definition (tenant, name, sha256, resources) values ($1, $2, $3, $4) ' +
      'on conflict (tenant, name) do update set sha256 = excluded.sha256, resources = excluded.resources',
    values: [tenant, name, sha256, JSON.stringify(resources)],
  });
}

/** @param sha256 of what is installed and was found usable */
export async function setDefinitionsHash(db: Queryable, tenant: number, name: string, sha256: string): Promise<void> {
  await db.query({
    text: 'update module_definition set sha256 = $3 where tenant = $1 and name = $2',
    values: [tenant, name, sha256],
  });
}

/**
 * Whoever holds it until the end of the transaction sets modules up; the others look again later, as that may take longer
 * than a statement may wait.
 */
export async function tryLockModules(tx: Queryable): Promise<boolean> {
  const [row] = await tx.query<{ held: boolean }>({
    text: `select pg_try_advisory_xact_lock(hashtextextended('athanor modules', 0)) as held`,
    values: [],
  });
  return row?.held === true;
}
