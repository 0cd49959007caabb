import { setTimeout as pause } from 'node:timers/promises';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { NeedsTransaction, type ResourceChange } from '../fhir/write/write-hooks.ts';
import { fault, type Fault } from '../kernel/fault.ts';
import type { Projection, ProjectionTables } from '../sdk/projection.ts';
import type { Queryable } from '../storage/db.ts';
import {
  builtProjections,
  enterProjections,
  forgetProjections,
  projectedTenants,
  type BuiltProjection,
  type KeptProjection,
  type ProjectionState,
} from '../storage/projection-state.ts';
import { projectAll } from './projections/images.ts';
import { projectsNothing } from './projections/foreseen.ts';
import { buildProjection, type BuildReport } from './projections/build.ts';
import { projectionTables, schemaOf, type OwnedProjection } from './projections/tables.ts';
import { verifyProjection, type DriftReport } from './projections/verify.ts';

export interface ProjectionsOptions {
  readonly projections: readonly OwnedProjection[];
  /** Whether the tenant has the module enabled. */
  isEnabled(tenant: number, module: string): boolean;
  /** Failures of background work. */
  onError(error: unknown): void;
  /** Milliseconds between looks at what is missing. Default 2000; by then every process knows of a switch. */
  readonly interval?: number;
}

export interface Projections {
  readonly names: readonly string[];
  concerns(tenant: number, type: string): boolean;
  /** @throws Fault of a violated constraint; 503 while a projection of the type is not built */
  written(ctx: Ctx, changes: readonly ResourceChange[]): Promise<void>;
  /**
   * Tables of a projection, to be read.
   * @param name `supply.stock`
   * @throws Error when there is none of that name; Fault 503 while it is not built for the tenant
   */
  read(ctx: Pick<Ctx, 'tenant' | 'db' | 'inTransaction'>, name: string): Promise<ProjectionTables>;
  /**
   * The same without asking, outside of transactions: what is read there counts when a statement behind it keeps the
   * projection. Undefined while it is not known to be in force.
   */
  readKept(
    ctx: Pick<Ctx, 'tenant' | 'db'>,
    name: string,
  ): { readonly tables: ProjectionTables; readonly kept: KeptProjection } | undefined;
  /**
   * The projections that follow the change, when nothing comes of it in any of them.
   * @throws NeedsTransaction when something does, or when one is not known to be in force
   */
  foresee(tenant: number, change: ResourceChange): Promise<readonly KeptProjection[]>;
  /** What is known to be in force may be no more. */
  doubt(tenant: number): void;
  /** To be called in the transaction that disables a module for a tenant: enabled again, its projections are built anew. */
  forget(tx: Queryable, tenant: number, module: string): Promise<void>;
  /** Resolves when everything is in force that should be; what is not is built, here or by another process. */
  buildMissing(): Promise<void>;
  /** Makes the tables anew beside the writers. @throws Fault 404 for an unknown name, 409 while another process is at it */
  rebuild(name: string): Promise<BuildReport>;
  /** @throws Fault 404 for an unknown name */
  verify(name: string): Promise<DriftReport>;
  /** Builds what is missing, ten seconds long before it resolves, and from then on what a switch or a new tenant makes missing. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const INTERVAL = 2000;
/** How long a start waits for what is missing; what takes longer is built while the server runs. */
const PATIENCE = 10_000;
/** Looks. */
const MAX_PAUSE = 1024;
/** Milliseconds until a process looks again what another one has built. */
const ELSEWHERE = 100;

/** @throws Error when two projections have the same schema */
export function createProjections(
  engine: Engine,
  { projections, isEnabled, onError, interval = INTERVAL }: ProjectionsOptions,
): Projections {
  const byName = new Map(projections.map((owned) => [owned.projection.name, owned]));
  const byType = new Map<string, OwnedProjection[]>();
  const schemas = new Map<string, string>();
  for (const owned of projections) {
    const { name, on } = owned.projection;
    const schema = schemaOf(name);
    const other = schemas.get(schema);
    if (other !== undefined) throw new Error(`projections ${other} and ${name} have the same schema ${schema}`);
    schemas.set(schema, name);
    for (const type of on) byType.set(type, [...(byType.get(type) ?? []), owned]);
  }
  const entered = new WeakMap<Queryable, Map<string, number | undefined>>();
  /** As last seen, by tenant and name. */
  const known = new Map<number, Map<string, ProjectionState>>();
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();
  let missedBefore = new Set<string>();
  const resting = new Map<OwnedProjection, { readonly pause: number; left: number }>();
  const closing = new AbortController();
  const { signal } = closing;

  function projectionsOf(tenant: number, type: string): readonly OwnedProjection[] {
    return (byType.get(type) ?? []).filter(({ module }) => isEnabled(tenant, module));
  }

  function expectKnown(name: string): OwnedProjection {
    const owned = byName.get(name);
    if (owned !== undefined) return owned;
    const text = `There is no projection "${name.slice(0, 64)}"; there are: ${[...byName.keys()].join(', ') || 'none'}.`;
    throw fault('projection.unknown', 404, 'not-found', text);
  }

  /** In a transaction once for each. @throws Fault 503 unless all are in force */
  async function enter(
    { db, tenant, inTransaction }: Pick<Ctx, 'tenant' | 'db' | 'inTransaction'>,
    wanted: readonly OwnedProjection[],
  ): Promise<void> {
    const versions = (inTransaction ? entered.get(db) : undefined) ?? new Map<string, number | undefined>();
    const names = wanted.map(({ projection }) => projection.name).filter((name) => !versions.has(name));
    if (names.length > 0) {
      const found = await enterProjections(db, tenant, names.sort());
      const own = known.get(tenant) ?? new Map<string, ProjectionState>();
      known.set(tenant, own);
      for (const name of names) {
        const state = found.get(name);
        versions.set(name, state?.version);
        if (state === undefined) own.delete(name);
        else own.set(name, state);
      }
      if (inTransaction) entered.set(db, versions);
    }
    for (const { projection } of wanted) {
      if (versions.get(projection.name) !== projection.version) throw notBuilt(projection.name);
    }
  }

  function keptOf(tenant: number, { name, version }: Projection): KeptProjection | undefined {
    const state = known.get(tenant)?.get(name);
    return state?.version === version ? { name, generation: state.generation } : undefined;
  }

  function tablesOf(name: string): OwnedProjection {
    const owned = byName.get(name);
    if (owned === undefined) throw new Error(`there is no projection ${name}`);
    return owned;
  }

  async function tenantsOf({ module }: OwnedProjection): Promise<number[]> {
    return (await projectedTenants(engine.db)).filter((tenant) => isEnabled(tenant, module));
  }

  /** Of a switch a moment ago other processes may not know: those whom it is about are left to {@link look}. */
  async function heldBy(owned: OwnedProjection): Promise<number[]> {
    const built = await builtProjections(engine.db);
    const all = await tenantsOf(owned);
    const held = all.filter((tenant) =>
      built.some((each) => each.tenant === tenant && each.name === owned.projection.name),
    );
    return held.length === 0 ? all : held;
  }

  /** What should be in force and is not; what is and should not is forgotten. */
  async function missing(): Promise<ReadonlyMap<OwnedProjection, readonly string[]>> {
    const built = await builtProjections(engine.db);
    const stale = built.filter(({ tenant, name }) => {
      const owned = byName.get(name);
      return owned === undefined || !isEnabled(tenant, owned.module);
    });
    if (stale.length > 0) await forgetProjections(engine.db, stale);
    const inForce = new Set(built.filter((each) => !stale.includes(each)).map(keyOf));
    const found = new Map<OwnedProjection, string[]>();
    for (const owned of projections) {
      const { name, version } = owned.projection;
      const keys = (await tenantsOf(owned)).map((tenant) => keyOf({ tenant, name, version }));
      const absent = keys.filter((key) => !inForce.has(key));
      if (absent.length > 0) found.set(owned, absent);
    }
    return found;
  }

  async function buildMissing(): Promise<void> {
    for (;;) {
      const found = await missing();
      if (found.size === 0) return;
      let isElsewhere = false;
      for (const owned of found.keys()) {
        isElsewhere =
          (await buildProjection(engine, owned, await tenantsOf(owned), signal)) === undefined || isElsewhere;
      }
      if (isElsewhere) await pause(ELSEWHERE, undefined, { signal });
    }
  }

  /** What was missing a while ago already is known to be wanted by every process: all of them project into it. */
  async function look(): Promise<void> {
    const found = await missing();
    for (const [owned, keys] of found) {
      if (!keys.every((key) => missedBefore.has(key)) || isResting(owned)) continue;
      await buildProjection(engine, owned, await tenantsOf(owned), signal).catch((error: unknown) => {
        rest(owned);
        failed(error);
      });
    }
    missedBefore = new Set([...found.values()].flat());
  }

  /** What cannot be built is tried again after 2, 4, 8, … looks, up to half an hour. */
  function rest(owned: OwnedProjection): void {
    const pause = Math.min((resting.get(owned)?.pause ?? 1) * 2, MAX_PAUSE);
    resting.set(owned, { pause, left: pause });
  }

  function isResting(owned: OwnedProjection): boolean {
    const found = resting.get(owned);
    if (found === undefined || found.left <= 0) return false;
    found.left -= 1;
    return true;
  }

  function failed(error: unknown): void {
    if (!signal.aborted) onError(error);
  }

  function lookLater(): void {
    if (signal.aborted) return;
    timer = setTimeout(() => {
      working = look().catch(failed).finally(lookLater);
    }, interval).unref();
  }

  return {
    names: [...byName.keys()],
    concerns: (tenant, type) => byType.has(type) && projectionsOf(tenant, type).length > 0,

    async written(ctx, changes) {
      const wanted = new Map<OwnedProjection, ResourceChange[]>();
      for (const change of changes) {
        for (const owned of projectionsOf(ctx.tenant, change.type)) {
          const known = wanted.get(owned);
          if (known === undefined) wanted.set(owned, [change]);
          else known.push(change);
        }
      }
      if (wanted.size === 0) return;
      await enter(ctx, [...wanted.keys()]);
      for (const [{ projection }, images] of wanted) {
        const tables = projectionTables(projection, schemaOf(projection.name), ctx.db, ctx.tenant);
        await projectAll(projection, images, tables);
      }
    },

    async read(ctx, name) {
      const owned = tablesOf(name);
      await enter(ctx, [owned]);
      return projectionTables(owned.projection, schemaOf(name), ctx.db, ctx.tenant);
    },

    readKept({ db, tenant }, name) {
      const { projection } = tablesOf(name);
      const kept = keptOf(tenant, projection);
      return kept && { tables: projectionTables(projection, schemaOf(name), db, tenant), kept };
    },

    async foresee(tenant, change) {
      const all: KeptProjection[] = [];
      for (const { projection } of projectionsOf(tenant, change.type)) {
        const kept = keptOf(tenant, projection);
        if (kept === undefined || !(await projectsNothing(projection, change, tenant))) throw new NeedsTransaction();
        all.push(kept);
      }
      return all;
    },

    doubt: (tenant) => void known.delete(tenant),

    forget(tx, tenant, module) {
      const own = projections.filter((owned) => owned.module === module);
      return forgetProjections(
        tx,
        own.map(({ projection: { name } }) => ({ tenant, name })),
      );
    },

    buildMissing,

    async rebuild(name) {
      const owned = expectKnown(name);
      const report = await buildProjection(engine, owned, await heldBy(owned));
      if (report !== undefined) return report;
      throw fault('projection.busy', 409, 'conflict', `Projection ${name} is being built already.`);
    },

    verify: (name) => verifyProjection(engine, expectKnown(name)),

    async start() {
      working = buildMissing().catch(failed).finally(lookLater);
      let patience: NodeJS.Timeout | undefined;
      await Promise.race([working, new Promise((resolve) => (patience = setTimeout(resolve, PATIENCE)))]);
      clearTimeout(patience);
    },

    async close() {
      closing.abort();
      clearTimeout(timer);
      await working;
    },
  };
}

function keyOf({ tenant, name, version }: BuiltProjection): string {
  return `${tenant} ${name} ${version}`;
}

function notBuilt(name: string): Fault {
  const text = `Projection ${name} is being built from what is stored; until then it takes no changes. Try again shortly.`;
  return fault('projection.notBuilt', 503, 'transient', text, undefined, { headers: { 'Retry-After': '2' } });
}
