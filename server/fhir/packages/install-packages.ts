import { fault, type Issue } from '../../kernel/fault.ts';
import { lockPackages, readPackages, savePackage, type InstalledPackage } from '../../storage/packages.ts';
import type { Ctx, Engine } from '../engine.ts';
import { inTransaction } from '../write/in-transaction.ts';
import { refuseForeignDefinition } from '../write/live-type.ts';
import { addSnapshots } from './add-snapshots.ts';
import { checkResources, checkExamples } from './check-resources.ts';
import { linkResources } from './link-resources.ts';
import { missingDependencies } from './missing-dependencies.ts';
import { notUsable } from './not-usable.ts';
import { orderPackages } from './order-packages.ts';
import { packageLabel } from './package-identity.ts';
import { planPackage, type PlannedResource } from './plan-package.ts';
import type { FhirPackage } from './read-package.ts';
import { removeUnchanged } from './remove-unchanged.ts';
import { identityOf, type PackageReport } from './report.ts';
import { writeResources } from './write-resources.ts';

export interface InstallOptions {
  /** Writes what is installed already again, also with another content. */
  readonly force: boolean;
}

export interface Installation {
  readonly reports: readonly PackageReport[];
  /** What is missing, left out, or not in force. */
  readonly issues: readonly Issue[];
}

interface Ready {
  readonly package: FhirPackage;
  readonly resources: readonly PlannedResource[];
}

/**
 * Installs FHIR packages, each behind those that it depends on, all of them or none: what is in them becomes resources of
 * this server, through the ordinary write path, under ids that keep several versions apart.
 * @throws Fault 403 in another tenant than the main one; 422 when a resource is not valid; 409 when another content is installed under the same version
 */
export async function installPackages(
  engine: Engine,
  ctx: Ctx,
  given: readonly FhirPackage[],
  options: InstallOptions,
): Promise<Installation> {
  refuseForeignDefinition(ctx.tenant, 'StructureDefinition');
  const packages = orderPackages(distinct(given));
  const installed = await readPackages(ctx.db, ctx.tenant);
  const issues: Issue[] = [];
  const ready: Ready[] = [];
  for (const one of packages) {
    if (isUnchanged(installed, one, options)) continue;
    ready.push(await prepareOne(engine, one, ready, issues));
  }
  const reports = await inTransaction(engine, ctx, async (inner) => {
    await lockPackages(inner.db);
    const current = await readPackages(inner.db, inner.tenant);
    const done: PackageReport[] = [];
    for (const one of packages) {
      const plan = ready.find((candidate) => candidate.package === one);
      done.push(await writeOne(engine, inner, current, one, plan, options));
    }
    return done;
  });
  issues.push(...missingDependencies(packages, [...installed, ...packages]));
  if (!ctx.inTransaction) {
    await engine.fresh();
    for (const { resources } of ready) issues.push(...(await notUsable(engine, resources)));
  }
  return { reports, issues };
}

/** The same package may be given twice, two that differ may not. */
function distinct(given: readonly FhirPackage[]): FhirPackage[] {
  const known = new Map<string, FhirPackage>();
  for (const one of given) {
    const label = packageLabel(one);
    const other = known.get(label);
    if (other !== undefined && other.sha256 !== one.sha256) {
      const text = `Two of the packages are ${label} with different contents; give one of them.`;
      throw fault('package.twice', 400, 'duplicate', text);
    }
    known.set(label, other ?? one);
  }
  return [...known.values()];
}

function find(installed: readonly InstalledPackage[], { name, version }: FhirPackage): InstalledPackage | undefined {
  return installed.find((other) => other.name === name && other.version === version);
}

/** @throws Fault 409 when another content is installed under the same version */
function isUnchanged(installed: readonly InstalledPackage[], one: FhirPackage, { force }: InstallOptions): boolean {
  const known = find(installed, one);
  if (known === undefined || force) return false;
  if (known.sha256 === one.sha256) return true;
  throw fault(
    'package.otherContent',
    409,
    'conflict',
    `${packageLabel(one)} is installed with another content. Give this content another version, or install it with force.`,
  );
}

/** Everything that needs no transaction. @param earlier packages of the same call, whose profiles this one may build on */
async function prepareOne(
  engine: Engine,
  one: FhirPackage,
  earlier: readonly Ready[],
  issues: Issue[],
): Promise<Ready> {
  const plan = planPackage(engine.definitions, one);
  const checked = await checkResources(engine, plan.resources);
  const examples = await checkExamples(engine, plan.examples);
  const others = earlier.flatMap(({ resources }) => resources);
  const completed = addSnapshots(checked.resources, others, engine.canonicals);
  issues.push(...plan.issues, ...checked.issues, ...examples.issues, ...completed.issues);
  const resources = linkResources(engine.definitions, one, [...completed.resources, ...examples.resources]);
  return { package: one, resources };
}

async function writeOne(
  engine: Engine,
  ctx: Ctx,
  installed: readonly InstalledPackage[],
  one: FhirPackage,
  plan: Ready | undefined,
  options: InstallOptions,
): Promise<PackageReport> {
  const { name, version, sha256, canonical, fhirVersion, dependencies } = one;
  const known = find(installed, one);
  if (known !== undefined && isUnchanged(installed, one, options)) {
    return { name, version, outcome: 'unchanged', resources: known.resources.length };
  }
  if (plan === undefined) {
    const text = `${packageLabel(one)} was removed at this moment; try again.`;
    throw fault('package.busy', 409, 'conflict', text);
  }
  const { resources } = plan;
  const written = await writeResources(engine, ctx, resources);
  if (known !== undefined) {
    const kept = new Set(written.map(identityOf));
    const gone = known.resources.filter((resource) => !kept.has(identityOf(resource)));
    await removeUnchanged(engine, ctx, gone);
  }
  await savePackage(ctx.db, ctx.tenant, {
    name,
    version,
    sha256,
    canonical,
    fhirVersion,
    installedAt: ctx.now(),
    dependencies: Object.fromEntries(dependencies),
    resources: written,
  });
  return { name, version, outcome: known === undefined ? 'installed' : 'replaced', resources: written.length };
}
