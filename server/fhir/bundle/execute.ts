import { fault } from '../../kernel/fault.ts';
import type { StoredVersion } from '../../storage/body.ts';
import { insertResources, METHOD, type NewResource } from '../../storage/insert.ts';
import { lockNumbers, readForWrite, readTombstones, type LockedRow } from '../../storage/lock.ts';
import { updateResources, type Change } from '../../storage/update.ts';
import type { AuditEntry } from '../audit-trail.ts';
import type { Ctx, Engine } from '../engine.ts';
import { afterWrite } from '../write/after-write.ts';
import { currentOf } from '../write/current.ts';
import { addedTargets, type Write } from '../write/follow-writes.ts';
import {
  assertChange,
  assertChangeable,
  assertCreatable,
  assertSome,
  foundBy,
  mayChooseId,
} from '../write/permission.ts';
import { expectResource, type Prepared } from '../write/prepare.ts';
import { absentFault, refuseNamed, versionConflict } from '../write/put.ts';
import { missingReferences, targetsOf } from '../write/references.ts';
import { removeLive } from '../write/remove-live.ts';
import { patched, replaced } from '../write/revise.ts';
import { sameContent } from '../write/unchanged.ts';
import { entryFault } from './entries.ts';
import { patchOf } from './entry-patch.ts';
import { baseOf, rewriteLinks } from './links.ts';
import type { Plan, Step } from './resolve.ts';
import { followBundle, ruleStep, writesOf, type PreparedStep } from './rule-steps.ts';

/** What became of one entry. `other` entries are answered by the router. */
export type Done =
  | { readonly kind: 'version'; readonly status: 200 | 201; readonly row: StoredVersion }
  | { readonly kind: 'deleted'; readonly version: number | undefined }
  | { readonly kind: 'other' };

type WriteStep = Extract<Step, { kind: 'create' | 'put' | 'patch' | 'found' }>;

interface Work {
  readonly engine: Engine;
  readonly ctx: Ctx;
  readonly plan: Plan;
  readonly done: Map<number, Done>;
  /** What its statements wrote. */
  readonly writes: Write[];
}

/**
 * Carries out a plan: deletes, then all creations in one statement, then all new versions in one statement.
 * All or nothing, given that the caller opened a transaction (a plan of creations alone is one statement, and needs none).
 */
export async function execute(engine: Engine, ctx: Ctx, plan: Plan): Promise<ReadonlyMap<number, Done>> {
  const work: Work = { engine, ctx, plan, done: new Map(), writes: [] };
  await runDeletes(work);
  // Side by side, so that questions to code systems are asked together.
  const sent = await Promise.all(
    plan.steps.filter((step) => step.kind === 'create').map((step) => prepareStep(work, step)),
  );
  const creates: PreparedStep[] = [];
  for (const step of sent) creates.push(await ruleStep(work, step));
  const live = await readLive(work);
  const puts = await planPuts(work, live);
  await insertAll(work, creates, puts.absent);
  await updateAll(work, puts.present);
  await followBundle(work, work.writes);
  await answerFound(work);
  return work.done;
}

async function runDeletes({ engine, ctx, plan, done, writes }: Work): Promise<void> {
  for (const step of plan.steps) {
    if (step.kind !== 'delete') continue;
    const { type, ids, entry } = step;
    try {
      assertSome(ctx, type, 'delete');
      const removed = await removeLive(
        engine,
        ctx,
        ids.map((id) => ({ type, id, ifMatch: entry.ifMatch })),
        (gone) => void writes.push(...gone.map((one) => ({ ...one, entry: entry.index }))),
      );
      done.set(entry.index, { kind: 'deleted', version: removed.length === 1 ? removed[0]?.version : undefined });
    } catch (error) {
      throw entryFault(error, entry.index);
    }
  }
}

/** @param row what it replaces; without one it is created */
async function prepareStep({ engine, ctx, plan }: Work, step: WriteStep, row?: LockedRow): Promise<PreparedStep> {
  try {
    const resource = expectResource(step.entry.resource, step.type);
    if (row === undefined) assertSome(ctx, step.type, 'create');
    if (step.kind === 'put' && resource.id !== undefined && resource.id !== step.id) {
      throw fault(
        'rest.idMismatch',
        400,
        'value',
        `The resource's id must be "${step.id}", as in request.url.`,
        `${step.type}.id`,
      );
    }
    const rewritten = rewriteLinks(resource, plan.links, engine.definitions, baseOf(step.entry.fullUrl));
    const prepared = await replaced(engine, ctx, rewritten, step.id, row);
    if (row === undefined) assertCreatable(ctx, prepared);
    return { entry: step.entry, sent: prepared, prepared };
  } catch (error) {
    throw entryFault(error, step.entry.index);
  }
}

async function readLive({ engine, ctx, plan }: Work): Promise<Map<string, LockedRow>> {
  const refs = plan.steps.flatMap((step) =>
    step.kind === 'put' || step.kind === 'patch' ? [refOf(engine, ctx, step)] : [],
  );
  return refs.length === 0 ? new Map() : readForWrite(ctx.db, ctx.tenant, refs, true);
}

function refOf(engine: Engine, ctx: Ctx, step: { readonly type: string; readonly id: string }): string {
  return engine.hasher(ctx.tenant).target(`${step.type}/${step.id}`);
}

interface Replacement extends PreparedStep {
  readonly row: LockedRow;
  readonly method: typeof METHOD.PUT | typeof METHOD.PATCH;
}

async function planPuts(
  work: Work,
  live: ReadonlyMap<string, LockedRow>,
): Promise<{ readonly present: Replacement[]; readonly absent: PreparedStep[] }> {
  const { engine, ctx } = work;
  const present: Replacement[] = [];
  const absent: PreparedStep[] = [];
  for (const step of work.plan.steps) {
    if (step.kind !== 'put' && step.kind !== 'patch') continue;
    const { entry } = step;
    const row = await foundBy(engine, ctx, step.type, live.get(refOf(engine, ctx, step)), 'update');
    if (entry.ifMatch !== undefined && entry.ifMatch !== '*' && entry.ifMatch !== String(row?.version)) {
      throw entryFault(versionConflict(step.type, step.id, row?.version), entry.index);
    }
    if (row === undefined) {
      if (step.kind === 'patch' || (isChosen(step) && !mayChooseId(ctx, step.type))) {
        throw entryFault(absentFault(step.type, step.id), entry.index);
      }
      absent.push(await ruleStep(work, await prepareStep(work, step)));
      continue;
    }
    refuseReplacement(work, step, row);
    const change = step.kind === 'patch' ? await patchStep(work, step, row) : await prepareStep(work, step, row);
    refuseChange(work, step, row, change.sent);
    present.push({
      ...(await ruleStep(work, change, row)),
      row,
      method: step.kind === 'patch' ? METHOD.PATCH : METHOD.PUT,
    });
  }
  return { present, absent };
}

/** Whether the client named the id; those of conditional updates that find nothing are made here. */
function isChosen({ entry, id }: WriteStep): boolean {
  return entry.path.length > 1 || entry.resource?.id === id;
}

function refuseReplacement({ engine, ctx }: Work, { type, entry, kind }: WriteStep, row: LockedRow): void {
  try {
    if (kind === 'put') refuseNamed(type, row, entry.ifNoneMatch);
    assertChangeable(engine, ctx, type, row);
  } catch (error) {
    throw entryFault(error, entry.index);
  }
}

function refuseChange({ engine, ctx }: Work, { entry }: WriteStep, row: LockedRow, prepared: Prepared): void {
  try {
    assertChange(engine, ctx, row, prepared);
  } catch (error) {
    throw entryFault(error, entry.index);
  }
}

async function patchStep({ engine, ctx }: Work, { entry, type }: WriteStep, row: LockedRow): Promise<PreparedStep> {
  try {
    const sent = await patched(engine, ctx, patchOf(entry), type, row);
    return { entry, sent, prepared: sent };
  } catch (error) {
    throw entryFault(error, entry.index);
  }
}

async function insertAll(work: Work, creates: readonly PreparedStep[], absent: readonly PreparedStep[]): Promise<void> {
  const { engine, ctx, done } = work;
  const steps = [...creates, ...absent];
  if (steps.length === 0) return;
  const absentRefs = absent.map(({ prepared }) => prepared.ref);
  if (absent.length > 0) await lockNumbers(ctx.db, absentRefs);
  const tombstones =
    absent.length > 0 ? await readTombstones(ctx.db, ctx.tenant, absentRefs) : new Map<string, never>();
  const pids = await engine.pids.take(ctx.db, steps.length);
  const now = ctx.now();
  const resources = steps.map(({ prepared }, place): NewResource => {
    const { typeId, id, ref, body, rows } = prepared;
    const tombstone = tombstones.get(ref);
    return {
      pid: tombstone?.pid ?? pids[place] ?? 0,
      ref,
      typeId,
      id,
      version: (tombstone?.version ?? 0) + 1,
      updated: Math.max(now, (tombstone?.updated ?? 0) + 1),
      method: place < creates.length ? METHOD.POST : METHOD.PUT,
      body,
      rows,
    };
  });
  const prepared = steps.map((step) => step.prepared);
  const known = writtenRefs(work, prepared);
  for (const target of await addedTargets(engine, ctx, steps)) known.add(target);
  const required = targetsOf(engine, ctx, prepared, known);
  const missing = await insertResources(
    ctx.db,
    ctx.tenant,
    resources,
    required,
    ctx.audit.rows(
      steps.map(({ prepared: one }, place) => ({
        action: 'C',
        interaction: place < creates.length ? 'create' : 'update',
        type: one.type,
        id: one.id,
        version: resources[place]?.version ?? 1,
        seen: [one],
      })),
    ),
  );
  refuseMissing(steps, missing);
  const rows = steps.map((step, place): StoredVersion => {
    const { type, id, body } = step.prepared;
    const { version = 1, updated = now } = resources[place] ?? {};
    const row: StoredVersion = { type, id, version, updated, body };
    done.set(step.entry.index, { kind: 'version', status: 201, row });
    return row;
  });
  work.writes.push(...writesOf(steps.map((step, place) => ({ ...step, before: undefined, after: rows[place] }))));
  for (const step of steps) await afterWrite(engine, ctx, step.prepared);
}

/** Everything that exists once this Bundle is through: its own creations and replaced resources. */
function writtenRefs({ engine, ctx, plan }: Work, created: readonly Prepared[]): Set<string> {
  const refs = new Set(created.map(({ ref }) => ref));
  for (const step of plan.steps) {
    if (step.kind === 'put' || step.kind === 'patch' || step.kind === 'found') refs.add(refOf(engine, ctx, step));
  }
  return refs;
}

function refuseMissing(steps: readonly PreparedStep[], missing: readonly string[]): void {
  if (missing.length === 0) return;
  const targets = new Set(missing);
  for (const { entry, prepared } of steps) {
    if (prepared.rows.localReferences.some(({ target }) => targets.has(target))) {
      throw entryFault(missingReferences([prepared], missing), entry.index);
    }
  }
}

async function updateAll(work: Work, present: readonly Replacement[]): Promise<void> {
  const { engine, ctx, done } = work;
  const changed = present.filter(({ row, prepared }) => !sameContent(row.body, prepared.body));
  const now = ctx.now();
  const known = writtenRefs(work, []);
  const changes = changed.map(({ row, prepared, method }): Change => {
    const current = currentOf(engine, ctx.tenant, prepared.type, row);
    for (const { target } of current.rows.localReferences) known.add(target);
    return { current, updated: Math.max(now, row.updated + 1), method, body: prepared.body, rows: prepared.rows };
  });
  if (changes.length > 0) {
    const prepared = changed.map((one) => one.prepared);
    for (const target of await addedTargets(engine, ctx, changed)) known.add(target);
    const required = targetsOf(engine, ctx, prepared, known);
    const audit = ctx.audit.rows(changed.map((one) => entryOf(one, one.row.version + 1)));
    const outcome = await updateResources(ctx.db, ctx.tenant, changes, required, audit);
    if (outcome.kind === 'missing') refuseMissing(changed, outcome.targets);
    if (outcome.kind === 'conflict') throw new Error('a locked row changed');
  }
  const versions = new Map(changed.map(({ entry }, place) => [entry.index, changes[place]]));
  const rows = new Map<PreparedStep, StoredVersion>();
  for (const one of present) {
    const { entry, row, prepared, method } = one;
    const { type, id } = prepared;
    const change = versions.get(entry.index);
    const version = change === undefined ? row.version : row.version + 1;
    const updated = change?.updated ?? row.updated;
    const stored: StoredVersion = { type, id, version, updated, body: prepared.body };
    done.set(entry.index, { kind: 'version', status: 200, row: stored });
    if (change === undefined) ctx.audit.note(entryOf({ prepared, method }, version));
    else rows.set(one, stored);
  }
  work.writes.push(...writesOf(changed.map((step) => ({ ...step, before: step.row, after: rows.get(step) }))));
  for (const { prepared } of changed) await afterWrite(engine, ctx, prepared);
}

function entryOf({ prepared, method }: Pick<Replacement, 'prepared' | 'method'>, version: number): AuditEntry {
  const { type, id } = prepared;
  return {
    action: 'U',
    interaction: method === METHOD.PATCH ? 'patch' : 'update',
    type,
    id,
    version,
    seen: [prepared],
  };
}

/** Conditional creates that created nothing answer with the version that is there, which this Bundle may have written. */
async function answerFound({ engine, ctx, plan, done }: Work): Promise<void> {
  const found = plan.steps.filter((step) => step.kind === 'found');
  if (found.length === 0) return;
  for (const { type } of found) assertSome(ctx, type, 'create');
  const rows = await readForWrite(
    ctx.db,
    ctx.tenant,
    found.map((step) => refOf(engine, ctx, step)),
    false,
  );
  for (const step of found) {
    const row = rows.get(refOf(engine, ctx, step));
    if (row === undefined)
      throw entryFault(
        fault('rest.matchGone', 409, 'conflict', `${step.type}/${step.id} was deleted meanwhile; try again.`),
        step.entry.index,
      );
    const { id, version, updated, body } = row;
    const { type } = step;
    ctx.audit.note({ action: 'R', interaction: 'create', type, id, version, seen: [{ type, id, body }] });
    done.set(step.entry.index, { kind: 'version', status: 200, row: { type, id, version, updated, body } });
  }
}
