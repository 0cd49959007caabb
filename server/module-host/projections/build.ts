import type { Engine } from '../../fhir/engine.ts';
import type { Tx } from '../../storage/db.ts';
import {
  changedSince,
  currentSnapshot,
  freezeView,
  historyPurges,
  liveBatch,
} from '../../storage/projection-source.ts';
import {
  addConstraints,
  dropSchema,
  makeSchema,
  replaceSchema,
  type Constraint,
} from '../../storage/projection-schema.ts';
import { alone, holdProjection, setBuilt } from '../../storage/projection-state.ts';
import { projectAll, sourceImages } from './images.ts';
import { projectionTables, schemaOf, withTables, type OwnedProjection } from './tables.ts';

export interface BuildReport {
  readonly name: string;
  readonly version: number;
  readonly tenants: readonly number[];
  /** Resources that were projected, catching up included. */
  readonly resources: number;
}

/** Resources per call of `project`. */
const BATCH = 500;
/** Changes that may be left for the moment in which writers wait. */
const FEW = 200;
const MAX_ROUNDS = 10;
const MAX_ATTEMPTS = 3;

interface Build {
  readonly engine: Engine;
  readonly owned: OwnedProjection;
  readonly tenants: readonly number[];
  readonly types: readonly number[];
  /** Where the tables are made. */
  readonly schema: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes the projection's tables anew from the live resources and puts them in the place of those in force. Writers go on
 * meanwhile; they wait for the last changes to be caught up with, some milliseconds. A process that is killed leaves what was.
 * @returns undefined when another process is at it
 * @throws Error when what is stored does not meet a constraint: then everything is as it was
 */
export async function buildProjection(
  engine: Engine,
  owned: OwnedProjection,
  tenants: readonly number[],
  signal?: AbortSignal,
): Promise<BuildReport | undefined> {
  const { name, on } = owned.projection;
  const types = on.map((type) => engine.definitions.typeId(type));
  const build: Build = { engine, owned, tenants, types, schema: `${schemaOf(name)}__build`, signal };
  return alone(engine.db, `build of projection ${name}`, async () => {
    for (let attempt = 1; ; attempt += 1) {
      const report = await buildOnce(build);
      if (report !== undefined) return report;
      if (attempt === MAX_ATTEMPTS) throw new Error(`history is being removed while projection ${name} is built`);
    }
  });
}

/** Undefined when versions that it counts on were removed from history meanwhile. */
async function buildOnce(build: Build): Promise<BuildReport | undefined> {
  const { engine, owned, tenants } = build;
  const { name, version } = owned.projection;
  const { db } = engine;
  const schema = schemaOf(name);
  const retired = `${schema}__old`;
  const once = { retries: 0 };
  await db.transaction((tx) => dropSchema(tx, retired), once);
  const start = await db.transaction(async (tx) => {
    await freezeView(tx);
    const purges = await historyPurges(tx);
    const constraints = await makeTables(build, tx);
    let count = 0;
    for (const tenant of tenants) count += await fill(build, tx, tenant);
    return { purges, constraints, count, snapshot: await currentSnapshot(tx) };
  }, once);
  let { snapshot, count } = start;
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const caught = await db.transaction(async (tx) => {
      await freezeView(tx);
      return { changes: await catchUp(build, tx, snapshot), snapshot: await currentSnapshot(tx) };
    }, once);
    ({ snapshot } = caught);
    count += caught.changes;
    if (caught.changes <= FEW) break;
  }
  const isDone = await db.transaction(async (tx) => {
    await holdProjection(tx, name);
    if ((await historyPurges(tx)) !== start.purges) return false;
    count += await catchUp(build, tx, snapshot);
    await addAll(name, tx, start.constraints);
    await replaceSchema(tx, { schema, by: build.schema, retired });
    await setBuilt(tx, { name, version, tenants }, Date.now());
    return true;
  }, once);
  if (!isDone) return undefined;
  await db.transaction((tx) => dropSchema(tx, retired), once);
  return { name, version, tenants, resources: count };
}

function makeTables({ owned: { projection }, schema }: Build, tx: Tx): Promise<readonly Constraint[]> {
  return makeSchema(tx, schema, withTables(projection, schema, projection.ddl), projection.tables);
}

async function fill(build: Build, tx: Tx, tenant: number): Promise<number> {
  const { engine, owned, types, schema, signal } = build;
  const tables = projectionTables(owned.projection, schema, tx, tenant);
  let count = 0;
  for (const type of types) {
    for (let after = { updated: -1, pid: 0 }; ;) {
      signal?.throwIfAborted();
      const rows = await liveBatch(tx, tenant, type, after, BATCH);
      const last = rows.at(-1);
      if (last === undefined) break;
      await projectAll(owned.projection, sourceImages(engine, rows, 'after'), tables);
      count += rows.length;
      after = last;
    }
  }
  return count;
}

/** First everything is taken away that changed, then what it became is added: no two of them stand against each other between. */
async function catchUp(build: Build, tx: Tx, snapshot: string): Promise<number> {
  const { engine, owned, tenants, types, schema, signal } = build;
  let count = 0;
  for (const image of ['before', 'after'] as const) {
    for (const tenant of tenants) {
      const tables = projectionTables(owned.projection, schema, tx, tenant);
      for (let last: number | undefined = 0; last !== undefined;) {
        signal?.throwIfAborted();
        const page = await changedSince(tx, { tenant, types, snapshot }, image, last, BATCH);
        await projectAll(owned.projection, sourceImages(engine, page.rows, image), tables);
        count += page.rows.length;
        ({ last } = page);
      }
    }
  }
  return count;
}

async function addAll(name: string, tx: Tx, constraints: readonly Constraint[]): Promise<void> {
  try {
    await addConstraints(tx, constraints);
  } catch (cause) {
    const { constraint } = cause as { readonly constraint?: unknown };
    if (typeof constraint !== 'string') throw cause;
    throw new Error(`what is stored does not meet ${constraint} of projection ${name}`, { cause });
  }
}

/** The tables as they should be, in a transaction that sees one moment; for whoever does not keep them. */
export async function fillApart(
  engine: Engine,
  owned: OwnedProjection,
  tenants: readonly number[],
  tx: Tx,
  schema: string,
): Promise<number> {
  const types = owned.projection.on.map((type) => engine.definitions.typeId(type));
  const build: Build = { engine, owned, tenants, types, schema, signal: undefined };
  await makeTables(build, tx);
  let count = 0;
  for (const tenant of tenants) count += await fill(build, tx, tenant);
  return count;
}
