import type { Ctx, Engine } from '../../fhir/engine.ts';
import { lookAgain } from '../../fhir/live/changes.ts';
import { addSnapshots } from '../../fhir/packages/add-snapshots.ts';
import { checkResources } from '../../fhir/packages/check-resources.ts';
import { notUsable } from '../../fhir/packages/not-usable.ts';
import type { PlannedResource } from '../../fhir/packages/plan-package.ts';
import { removeUnchanged } from '../../fhir/packages/remove-unchanged.ts';
import { writeResources } from '../../fhir/packages/write-resources.ts';
import { Fault, type Issue } from '../../kernel/fault.ts';
import type { RegisteredModule } from '../../registry/registry.ts';
import { RegistryError } from '../../registry/registry-error.ts';
import { readModuleDefinitions, saveModuleDefinitions, setDefinitionsHash } from '../../storage/module-state.ts';
import { alone } from './alone.ts';
import { planDefinitions } from './plan-definitions.ts';

/** What holds the definitions; another process may have stored them since this one was opened. */
const KINDS = ['canonicals', 'search_parameters'] as const;

interface Ready {
  readonly module: RegisteredModule;
  readonly resources: readonly PlannedResource[];
}

/**
 * Stores the definitions of modules that are new or changed, in the tenant that owns definitions; what stands there of a
 * module that is disabled stays, so that stored resources stay valid and searchable.
 * @param verify looks at what builds on them when they are in force; throws when it is wrong
 * @returns what is wrong with them, but does not keep them from being used
 * @throws RegistryError for definitions that cannot be used; the next start looks at them again then
 */
export async function installDefinitions(
  engine: Engine,
  ctx: Ctx,
  modules: readonly RegisteredModule[],
  verify: () => void,
): Promise<readonly Issue[]> {
  const changed = await changedOf(ctx, modules);
  if (changed.length === 0) {
    await lookAgain(engine, KINDS);
    return [];
  }
  const ready: Ready[] = [];
  const issues: Issue[] = [];
  for (const module of changed) ready.push(await prepare(engine, module, ready, issues));
  await alone(engine, ctx, async (inner) => {
    const needed = new Set(await changedOf(inner, modules));
    for (const one of ready) if (needed.has(one.module)) await store(engine, inner, one);
  });
  await lookAgain(engine, KINDS);
  verify();
  for (const { resources } of ready) issues.push(...(await notUsable(engine, resources)));
  for (const { module } of ready)
    await setDefinitionsHash(ctx.db, ctx.tenant, module.manifest.name, module.data.sha256);
  return issues;
}

async function changedOf(ctx: Ctx, modules: readonly RegisteredModule[]): Promise<RegisteredModule[]> {
  const installed = await readModuleDefinitions(ctx.db, ctx.tenant);
  const hashes = new Map(installed.map(({ name, sha256 }) => [name, sha256]));
  const nothing = (name: string, { definitions, roles }: RegisteredModule['data']): boolean =>
    definitions.length + roles.length === 0 && !hashes.has(name);
  return modules.filter(({ manifest: { name }, data }) => hashes.get(name) !== data.sha256 && !nothing(name, data));
}

/** @param earlier modules whose profiles this one may build on */
async function prepare(
  engine: Engine,
  module: RegisteredModule,
  earlier: readonly Ready[],
  issues: Issue[],
): Promise<Ready> {
  const planned = planDefinitions(engine.definitions, module);
  const checked = await check(engine, planned);
  const others = earlier.flatMap(({ resources }) => resources);
  const completed = addSnapshots(checked.resources, others, engine.canonicals);
  issues.push(...checked.issues, ...completed.issues);
  return { module, resources: completed.resources };
}

async function check(engine: Engine, planned: readonly PlannedResource[]): ReturnType<typeof checkResources> {
  try {
    const checked = await checkResources(engine, planned);
    const without = checked.issues.filter(({ text }) => text.includes('cannot run here'));
    // A package may bring parameters that only document; whoever writes a module means what it says.
    if (without.length > 0) throw new RegistryError(without.map(({ text }) => text));
    return checked;
  } catch (error) {
    if (!(error instanceof Fault) || error.status >= 500) throw error;
    throw new RegistryError(
      error.issues.map(({ text }) => text),
      { cause: error },
    );
  }
}

async function store(engine: Engine, ctx: Ctx, { module, resources }: Ready): Promise<void> {
  const { name } = module.manifest;
  const before = (await readModuleDefinitions(ctx.db, ctx.tenant)).find((one) => one.name === name)?.resources ?? [];
  const written = await writeResources(engine, ctx, resources);
  const kept = new Set(written.map(({ type, id }) => `${type}/${id}`));
  const gone = before.filter(({ type, id }) => !kept.has(`${type}/${id}`));
  // What is searched costs every write; everything else may be named by resources that are stored.
  const dropped = gone.filter(({ type }) => type === 'SearchParameter');
  await removeUnchanged(engine, ctx, dropped);
  const resourcesNow = [...written, ...gone.filter((one) => !dropped.includes(one))];
  await saveModuleDefinitions(ctx.db, ctx.tenant, { name, sha256: '', resources: resourcesNow });
}
