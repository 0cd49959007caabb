import type { RoleContribution } from '../../access/known-roles.ts';
import type { Ctx, Engine } from '../../fhir/engine.ts';
import { onChange } from '../../fhir/live/changes.ts';
import { createLease } from '../../fhir/live/lease.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { serverContext } from '../../fhir/request-context.ts';
import { Fault, type Issue } from '../../kernel/fault.ts';
import type { Registry } from '../../registry/registry.ts';
import { RegistryError } from '../../registry/registry-error.ts';
import { liveVersion } from '../../storage/live-version.ts';
import { readModuleStates } from '../../storage/module-state.ts';
import { MAIN_TENANT, readTenants } from '../../storage/tenants.ts';
import { createInForce, type InForce } from './in-force.ts';
import { installDefinitions } from './install-definitions.ts';
import { listModules } from './operations/list-modules.ts';
import { switchOperation } from './operations/switch-operation.ts';
import { isUnsettled, settleTenant } from './settle-tenant.ts';
import { switchModule } from './switch-module.ts';

/** Milliseconds. */
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 300_000;

export interface ModulesOptions {
  readonly engine: Engine;
  readonly registry: Registry;
  /** Called in the transaction in which a tenant's module is switched off. */
  onDisable(ctx: Ctx, module: string): Promise<void>;
  now(): number;
  onError(error: unknown): void;
}

/** The modules of this process, and what each tenant has of them, at most 2 s old. */
export interface OpenModules {
  /** Whether the module is in force for the tenant: server and tenant have it enabled, and what it depends on. */
  isEnabled(tenant: number, module: string): boolean;
  roles(tenant: number): readonly RoleContribution[];
  /** $modules, $module-enable, $module-disable */
  readonly operations: readonly Operation[];
  /**
   * Stores the definitions that are new or changed. To be called before anything looks at resources for the modules.
   * @returns what is wrong with them, for the log
   * @throws RegistryError for those that cannot be used
   */
  install(): Promise<readonly Issue[]>;
  /**
   * Runs upgrade steps and loads seeds, of every tenant. To be called when rules and projections are in force.
   * @throws RegistryError
   */
  settle(): Promise<void>;
  /**
   * A tenant's own switch of a module.
   * @throws Fault 404 for a module that the server does not have, 409 when other modules do not allow it
   */
  turn(ctx: Ctx, module: string, isOn: boolean): Promise<void>;
  /** To be awaited before each request; undefined (the usual case) when what is known is fresh. */
  fresh(): Promise<void> | undefined;
  close(): Promise<void>;
}

export async function openModules(options: ModulesOptions): Promise<OpenModules> {
  const { engine, registry, now, onError } = options;
  const contextOf = (tenant: number): Ctx => serverContext(engine, tenant, 'modules', engine.settings.baseUrl);
  let version = 0;
  let inForce: InForce = createInForce(registry, []);
  let isServing = false;
  /** When tenants that could not be set up are tried again. */
  let late: { readonly at: number; readonly pause: number } | undefined;

  async function load(): Promise<void> {
    const upTo = await liveVersion(engine.db, 'modules');
    inForce = createInForce(registry, await readModuleStates(engine.db));
    version = upTo;
  }

  async function settle(): Promise<void> {
    for (const { id } of await readTenants(engine.db)) {
      for (const module of registry.modules) {
        const state = inForce.stateOf(id, module.manifest.name);
        if (isUnsettled(module, state)) await settleTenant(engine, contextOf(id), module);
      }
    }
    await load();
  }

  /** A tenant that is new gets its seeds; the modules' rules hold for it in any case. */
  async function settleLate(): Promise<void> {
    try {
      await settle();
      late = undefined;
    } catch (error) {
      const pause = Math.min(LONGEST_PAUSE, late === undefined ? FIRST_PAUSE : late.pause * 2);
      late = { at: now() + pause, pause };
      if (!isTransient(error)) onError(error);
    }
  }

  async function turn(ctx: Ctx, module: string, isOn: boolean): Promise<void> {
    await switchModule(engine, ctx, registry, module, isOn, (inner, name) => options.onDisable(inner, name));
    await lease.fresh();
  }

  await load();
  const lease = createLease({
    now,
    onError,
    async check() {
      const isChanged = (await liveVersion(engine.db, 'modules')) !== version;
      if (isChanged) await load();
      if (isServing && (isChanged || (late !== undefined && now() >= late.at))) await settleLate();
    },
  });
  onChange(engine.db, 'modules', () => lease.expire());

  return {
    isEnabled: (tenant, module) => inForce.isEnabled(tenant, module),
    roles: (tenant) => inForce.roles(tenant),
    operations: [
      listModules(registry, () => inForce),
      ...[true, false].map((isOn) => switchOperation(registry, () => inForce, isOn, turn)),
    ],
    turn,
    install: () => installDefinitions(engine, contextOf(MAIN_TENANT), registry.modules, () => refuseBadRoles(engine)),
    async settle() {
      await settle();
      isServing = true;
    },
    fresh: () => lease.fresh(),
    close: () => lease.close(),
  };
}

/** Tables of a new tenant's projections are made after it. */
function isTransient(error: unknown): boolean {
  return error instanceof Fault && error.status === 503;
}

/** Roles may speak of search parameters that the modules bring, so that they are read when those are known. */
function refuseBadRoles(engine: Engine): void {
  const problems = [...engine.roles(MAIN_TENANT).values()].flatMap((reading) =>
    'problems' in reading ? reading.problems : [],
  );
  if (problems.length > 0) throw new RegistryError(problems);
}
