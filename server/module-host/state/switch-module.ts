import type { Ctx, Engine } from '../../fhir/engine.ts';
import { announceChange } from '../../fhir/live/changes.ts';
import { fault } from '../../kernel/fault.ts';
import type { FoundModule } from '../../registry/discover.ts';
import type { Registry } from '../../registry/registry.ts';
import { readModuleStates, saveModuleState } from '../../storage/module-state.ts';
import { alone } from './alone.ts';
import { createInForce, type InForce } from './in-force.ts';

/**
 * A tenant's own switch of a module. Its behaviour goes or comes within two seconds in all processes; definitions and data
 * stay.
 * @throws Fault 404 for a module that the server does not have, 409 when others of the tenant depend on it, or it on others
 */
export async function switchModule(
  engine: Engine,
  ctx: Ctx,
  registry: Registry,
  name: string,
  isOn: boolean,
  onDisable: (ctx: Ctx, module: string) => Promise<void>,
): Promise<void> {
  const module = registry.modules.find(({ manifest }) => manifest.name === name);
  if (module === undefined) throw unknown(registry, name);
  await alone(engine, ctx, async (inner) => {
    const states = await readModuleStates(inner.db);
    const own = states.find((state) => state.tenant === ctx.tenant && state.name === name);
    if (own === undefined) throw notReady(name);
    const turned = { ...own, enabled: isOn };
    const before = createInForce(registry, states);
    const after = createInForce(
      registry,
      states.map((state) => (state === own ? turned : state)),
    );
    refuse(registry, ctx.tenant, module, isOn, before, after);
    await saveModuleState(inner.db, turned, ctx.now());
    if (!isOn) await onDisable(inner, name);
    await announceChange(engine, inner, 'modules');
    await announceChange(engine, inner, 'policies');
    const interaction = isOn ? '$module-enable' : '$module-disable';
    inner.audit.note({ action: 'U', interaction, found: [`Module/${name}`] });
  });
}

function refuse(
  registry: Registry,
  tenant: number,
  { manifest }: FoundModule,
  isOn: boolean,
  before: InForce,
  after: InForce,
): void {
  const { name, depends, autoEnable } = manifest;
  if (autoEnable === true) {
    throw fault(
      'module.glue',
      409,
      'business-rule',
      `Module ${name} is enabled exactly when ${depends.join(' and ')} are; switch one of those.`,
    );
  }
  const missing = depends.filter((each) => !before.isEnabled(tenant, each));
  if (isOn && missing.length > 0) {
    throw fault(
      'module.needsOther',
      409,
      'business-rule',
      `Module ${name} depends on ${missing.join(', ')}; enable that first.`,
    );
  }
  const dependants = registry.modules
    .filter((other) => other.manifest.name !== name && other.manifest.autoEnable !== true)
    .map((other) => other.manifest.name)
    .filter((other) => before.isEnabled(tenant, other) && !after.isEnabled(tenant, other));
  if (!isOn && dependants.length > 0) {
    throw fault(
      'module.isNeeded',
      409,
      'business-rule',
      `Module ${dependants.join(', ')} depends on ${name}; disable that first.`,
    );
  }
}

function unknown(registry: Registry, name: string): Error {
  const there = registry.modules.map(({ manifest }) => manifest.name).join(', ') || 'none';
  const isLeftOut = registry.found.some(({ manifest }) => manifest.name === name);
  const text = isLeftOut
    ? `Module ${name} is not enabled on this server; its operator does that by the setting MODULES. Enabled are: ${there}.`
    : `There is no module of that name; there are: ${there}.`;
  return fault('module.unknown', 404, 'not-found', text);
}

function notReady(name: string): Error {
  return fault(
    'module.notReady',
    503,
    'transient',
    `Module ${name} is being set up for this organisation; try again.`,
    undefined,
    { headers: { 'Retry-After': '2' } },
  );
}
