import type { Db, Queryable, Tx } from '../../storage/db.ts';
import { historyBodies, keysInUse, liveBodies, replaceBodies, type BodyRow } from '../../storage/protected-rows.ts';
import { olderWriters } from '../../storage/reindex.ts';
import { sealParts } from '../../storage/protected-bodies.ts';
import { rulesText, type IndexScheme } from '../blind-index.ts';
import { newKey } from '../key-chain.ts';
import { addKeys, keysWrappedBy, moveKeys, rewrapKeys } from '../key-table.ts';
import type { Protection } from '../open-protection.ts';
import { createIndexChange, type IndexContext } from './index-change.ts';
import {
  endRotation,
  moveRotation,
  readRotation,
  startRotation,
  type Rotation,
  type RotationPhase,
} from './rotation-table.ts';

export interface RotationContext {
  readonly protection: Protection;
  /** The whole installation, with bodies as they were written. */
  readonly db: Db;
  /** Of one tenant. */
  index(tenant: number): IndexContext;
  now(): number;
  pause(ms: number): Promise<void>;
  /** Milliseconds after which every process knows of a change of keys, and requests that began before have ended. */
  readonly barrier: number;
  onProgress(rotation: Rotation): void;
}

const BATCH = 200;

/**
 * Changes the keys of a tenant, or of one of its patients, while servers run: everything is readable at any time, searches
 * find everything, no request fails. What was interrupted goes on where it stopped.
 * @throws Error when another rotation of the tenant is under way, with another scope
 */
export async function rotateKeys(
  context: RotationContext,
  tenant: number,
  patient: string | undefined,
): Promise<Rotation> {
  let rotation = (await readRotation(context.db, tenant)) ?? (await start(context, tenant, patient));
  if (rotation.patient !== patient) {
    const scope = rotation.patient === undefined ? 'all keys of the tenant' : 'the keys of another patient';
    throw new Error(`A rotation of ${scope} was interrupted: finish it first.`);
  }
  for (;;) {
    context.onProgress(rotation);
    await settle(context, rotation);
    const next = await STEPS[rotation.phase](context, rotation);
    if (next === undefined) return rotation;
    rotation = next;
  }
}

/** From here on new data take new keys, and index rows of a new key are made beside the others. */
async function start(context: RotationContext, tenant: number, patient: string | undefined): Promise<Rotation> {
  const { protection, db } = context;
  await protection.check();
  const rotation: Rotation = {
    tenant,
    patient,
    phase: 'seal',
    notBefore: context.now() + context.barrier,
    lastPid: 0,
    lastVersion: 0,
    done: 0,
  };
  await db.transaction(async (tx) => {
    if (!(await startRotation(tx, rotation))) throw new Error('another process began a rotation');
    await moveKeys(
      tx,
      { tenant, kind: 'patient', state: 'current', ...(patient === undefined ? {} : { owner: patient }) },
      'retired',
    );
    if (patient !== undefined) return;
    await moveKeys(tx, { tenant, kind: 'tenant', state: 'current' }, 'retired');
    const { chain } = protection;
    const { reading } = protection.schemes.of(tenant);
    const of = { tenant, kind: 'index', owner: '' } as const;
    const own = { ...of, state: 'current', rules: rulesText(reading.rules) } as const;
    // A tenant without an index key of its own gets the one that it has had out of the installation's, as its own.
    const keys = [await chain.create({ ...of, state: 'adding', rules: rulesText(protection.rules(tenant)) }, newKey())];
    await addKeys(tx, [await chain.create(own, reading.key ?? newKey())]);
    await addKeys(tx, keys);
  });
  return rotation;
}

/** Waits until every process works with the keys as they are now. */
async function settle({ db, protection, now, pause }: RotationContext, { notBefore }: Rotation): Promise<void> {
  for (let wait = notBefore - now(); wait > 0; wait = notBefore - now()) await pause(wait);
  while ((await olderWriters(db, notBefore)) > 0) await pause(100);
  await protection.check();
}

type Step = (context: RotationContext, rotation: Rotation) => Promise<Rotation | undefined>;

const STEPS: Readonly<Record<RotationPhase, Step>> = {
  seal: (context, rotation) =>
    context.db.transaction(async (tx) => {
      const rows = await liveBodies(tx, rotation.tenant, rotation.lastPid, BATCH, await wantedKeys(tx, rotation));
      await reseal(tx, rotation.tenant, 'resource', rows);
      const schemes = changing(context, rotation);
      if (schemes !== undefined) await changeOf(context, rotation, schemes).add(tx, rotation.tenant, rows);
      return onward(tx, rotation, rows, 'history');
    }),

  history: (context, rotation) =>
    context.db.transaction(async (tx) => {
      const after = { pid: rotation.lastPid, version: rotation.lastVersion };
      const rows = await historyBodies(tx, rotation.tenant, after, BATCH, await wantedKeys(tx, rotation));
      await reseal(tx, rotation.tenant, 'history', rows);
      return onward(tx, rotation, rows, changing(context, rotation)?.isSwitched === false ? 'switch' : 'verify');
    }),

  switch: (context, rotation) =>
    context.db.transaction(async (tx) => {
      const of = { tenant: rotation.tenant, kind: 'index' } as const;
      await moveKeys(tx, { ...of, state: 'current' }, 'leaving');
      await moveKeys(tx, { ...of, state: 'adding' }, 'current');
      return moveRotation(tx, rotation, { phase: 'retire', notBefore: context.now() + context.barrier });
    }),

  retire: (context, rotation) =>
    context.db.transaction(async (tx) => {
      await moveKeys(tx, { tenant: rotation.tenant, kind: 'index', state: 'leaving' }, 'retired');
      return moveRotation(tx, rotation, { phase: 'clean', notBefore: context.now() + context.barrier });
    }),

  clean: (context, rotation) =>
    context.db.transaction(async (tx) => {
      const rows = await liveBodies(tx, rotation.tenant, rotation.lastPid, BATCH, undefined);
      const schemes = changing(context, rotation);
      if (schemes !== undefined) await changeOf(context, rotation, schemes).remove(tx, rotation.tenant, rows);
      return onward(tx, rotation, rows, 'verify');
    }),

  async verify({ db, now }, rotation) {
    const retired = new Set(await retiredKeys(db, rotation.tenant));
    const isOver = !(await isUsed(db, rotation.tenant, retired));
    // A writer that nobody waited for: everything is looked through once more, and only what it wrote changes.
    return moveRotation(db, rotation, isOver ? { phase: 'destroy' } : { phase: 'seal', notBefore: now() });
  },

  async destroy({ db, protection }, rotation) {
    const { tenant, patient } = rotation;
    await moveKeys(db, { tenant, kind: 'patient', state: 'retired' }, 'destroyed');
    if (patient === undefined) await rewrapPatients(db, protection, tenant);
    await db.transaction(async (tx) => {
      for (const kind of ['tenant', 'index'] as const) {
        if (patient === undefined) await moveKeys(tx, { tenant, kind, state: 'retired' }, 'destroyed');
      }
      await endRotation(tx, rotation);
    });
    await protection.check();
    return undefined;
  },
};

/** The next batch begins behind the last row; behind the last batch the next phase. */
function onward(tx: Tx, rotation: Rotation, rows: readonly BodyRow[], next: RotationPhase): Promise<Rotation> {
  const last = rows.findLast(({ pid }) => pid > 0);
  if (last === undefined) return moveRotation(tx, rotation, { phase: next, lastPid: 0, lastVersion: 0 });
  const done = rotation.done + rows.length;
  return moveRotation(tx, rotation, { lastPid: last.pid, lastVersion: last.version, done });
}

async function reseal(tx: Tx, tenant: number, table: 'resource' | 'history', rows: readonly BodyRow[]): Promise<void> {
  const plain = rows.filter(({ body }) => body !== '').map((row) => ({ ...row, typeId: row.type }));
  const sealed = await sealParts(tx, tenant, plain);
  const changed = sealed.filter((row, index) => row.isSealed || row.body !== plain[index]?.body);
  await replaceBodies(tx, tenant, table, changed);
}

interface Changing {
  readonly from: IndexScheme;
  readonly to: IndexScheme;
  /** Whether searches look at the new rows. */
  readonly isSwitched: boolean;
}

function changing({ protection }: RotationContext, { tenant, patient }: Rotation): Changing | undefined {
  if (patient !== undefined) return undefined;
  const { reading, stored } = protection.schemes.of(tenant);
  const other = stored.find((scheme) => scheme.id !== reading.id);
  if (other === undefined) return undefined;
  const isSwitched = other.id < reading.id;
  return isSwitched ? { from: other, to: reading, isSwitched } : { from: reading, to: other, isSwitched };
}

function changeOf(
  context: RotationContext,
  { tenant }: Rotation,
  { from, to }: Changing,
): ReturnType<typeof createIndexChange> {
  return createIndexChange(context.index(tenant), from, to);
}

/** With one patient's keys only what they encrypted is stored again. */
async function wantedKeys(tx: Tx, { tenant, patient }: Rotation): Promise<readonly string[] | undefined> {
  return patient === undefined ? undefined : retiredKeys(tx, tenant);
}

/** Numbers as they stand in bodies. */
async function retiredKeys(db: Queryable, tenant: number): Promise<readonly string[]> {
  const rows = await db.query<{ id: number }>({
    text: `select id from data_key where tenant_id = $1 and kind = 'patient' and state = 'retired'`,
    values: [tenant],
  });
  return rows.map(({ id }) => id.toString(36));
}

async function isUsed(db: Db, tenant: number, keys: ReadonlySet<string>): Promise<boolean> {
  for (const table of ['resource', 'history'] as const) {
    for (let after: number | undefined = Number.MIN_SAFE_INTEGER; after !== undefined;) {
      const page = await keysInUse(db, tenant, table, after, 1000);
      if (page.keys.some((key) => keys.has(key))) return true;
      after = page.last;
    }
  }
  return false;
}

/** Keys that were made while the tenant's old key was still in use come under its new one. */
async function rewrapPatients(db: Db, { chain }: Protection, tenant: number): Promise<void> {
  const old = await db.query<{ id: number }>({
    text: `select id from data_key where tenant_id = $1 and kind = 'tenant' and state = 'retired'`,
    values: [tenant],
  });
  for (const { id } of old) {
    for (;;) {
      const keys = await keysWrappedBy(db, { key: id }, 1000);
      if (keys.length === 0) break;
      await rewrapKeys(db, await chain.rewrap(keys));
    }
  }
}
