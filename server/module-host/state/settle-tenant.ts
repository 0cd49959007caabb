import { compareVersions } from '../../definitions/canonical-index.ts';
import type { Ctx, Engine } from '../../fhir/engine.ts';
import { announceChange } from '../../fhir/live/changes.ts';
import { Fault } from '../../kernel/fault.ts';
import type { RegisteredModule } from '../../registry/registry.ts';
import { RegistryError } from '../../registry/registry-error.ts';
import { readModuleStates, saveModuleState, type ModuleState } from '../../storage/module-state.ts';
import { inClinicTransaction } from '../clinic-transaction.ts';
import { alone } from './alone.ts';
import { loadBundle } from './load-bundle.ts';

/** Whether a tenant's data are not those of the module's version. */
export function isUnsettled({ manifest }: RegisteredModule, state: ModuleState | undefined): boolean {
  return state?.version !== manifest.version;
}

/**
 * Brings a tenant's data to the module's version, in one transaction: loads its seeds when it is new, else runs the upgrade
 * steps that have not run yet.
 * @throws RegistryError that names module and tenant, Fault 503 when the database is busy; then nothing is changed
 */
export async function settleTenant(engine: Engine, ctx: Ctx, module: RegisteredModule): Promise<void> {
  const { name } = module.manifest;
  try {
    await alone(engine, ctx, (inner) => settle(engine, inner, module));
  } catch (error) {
    // What passes by itself is no reason to stop for good.
    if (error instanceof RegistryError || (error instanceof Fault && error.status >= 500)) throw error;
    const reasons = error instanceof Fault ? error.issues.map(({ text }) => text) : [messageOf(error)];
    const told = reasons.map((reason) => `module ${name} cannot be set up for tenant ${ctx.tenant}: ${reason}`);
    throw new RegistryError(told, { cause: error });
  }
}

async function settle(engine: Engine, ctx: Ctx, module: RegisteredModule): Promise<void> {
  const { tenant } = ctx;
  const { name, version } = module.manifest;
  const states = await readModuleStates(ctx.db);
  const before = states.find((state) => state.tenant === tenant && state.name === name);
  if (!isUnsettled(module, before)) return;
  if (before === undefined) for (const { json } of module.data.seeds) await loadBundle(engine, ctx, json);
  else await upgrade(engine, ctx, module, before.version);
  await saveModuleState(ctx.db, { tenant, name, version, enabled: before?.enabled ?? true }, ctx.now());
  await announceChange(engine, ctx, 'modules');
}

async function upgrade(engine: Engine, ctx: Ctx, { manifest, code }: RegisteredModule, from: string): Promise<void> {
  const { name, version } = manifest;
  if (compareVersions(from, version) > 0) {
    const text = `The data of module ${name} are of version ${from} for tenant ${ctx.tenant}, and its code here is ${version}: start a newer server.`;
    throw new RegistryError([text]);
  }
  const steps = (code.upgrades ?? []).filter(({ to }) => compareVersions(to, from) > 0);
  for (const step of steps) await inClinicTransaction(engine, ctx, (clinic) => step.run(clinic));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
