import type { Queryable } from './db.ts';

/** A resource as a package wrote it. */
export interface PackageResource {
  readonly type: string;
  readonly id: string;
  readonly version: number;
}

/** A row of table package. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly canonical: string;
  readonly fhirVersion: string;
  /** Milliseconds. */
  readonly installedAt: number;
  /** Versions by name. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly resources: readonly PackageResource[];
}

/** All installed packages, by name and version. */
export async function readPackages(db: Queryable, tenant: number): Promise<InstalledPackage[]> {
  const rows = await db.query<Record<'dependencies' | 'resources', string>>({
    text:
      `select name, version, sha256, canonical, fhir_version as "fhirVersion", installed_at as "installedAt", ` +
      `dependencies, resources from package where tenant = $1 order by name, version`,
    values: [tenant],
  });
  return rows.map(
    (row) =>
      ({
        ...row,
        dependencies: JSON.parse(row.dependencies) as unknown,
        resources: JSON.parse(row.resources) as unknown,
      }) as InstalledPackage,
  );
}

/** Writes the row of a package, over the one it may have. */
export async function savePackage(db: Queryable, tenant: number, one: InstalledPackage): Promise<void> {
  await db.query({
    text:
      `insert into package (tenant, name, version, sha256, canonical, fhir_version, installed_at, dependencies, resources) ` +
      `values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant, name, version) do update set ` +
      `sha256 = excluded.sha256, canonical = excluded.canonical, fhir_version = excluded.fhir_version, ` +
      `installed_at = excluded.installed_at, dependencies = excluded.dependencies, resources = excluded.resources`,
    values: [
      tenant,
      one.name,
      one.version,
      one.sha256,
      one.canonical,
      one.fhirVersion,
      one.installedAt,
      JSON.stringify(one.dependencies),
      JSON.stringify(one.resources),
    ],
  });
}

export async function forgetPackage(db: Queryable, tenant: number, name: string, version: string): Promise<void> {
  await db.query({
    text: 'delete from package where tenant = $1 and name = $2 and version = $3',
    values: [tenant, name, version],
  });
}

/** Held until the transaction ends: packages are installed and removed one after the other. */
export async function lockPackages(tx: Queryable): Promise<void> {
  await tx.query({ text: `select pg_advisory_xact_lock(hashtextextended('athanor packages', 0))`, values: [] });
}
