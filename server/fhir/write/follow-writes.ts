import type { Issue } from '../../kernel/fault.ts';
import type { StoredVersion } from '../../storage/body.ts';
import type { Queryable } from '../../storage/db.ts';
import type { LockedRow } from '../../storage/lock.ts';
import type { KeptProjection } from '../../storage/projection-state.ts';
import { liveRefsLocked } from '../../storage/required-targets.ts';
import type { Ctx, Engine } from '../engine.ts';
import { hasConsequences } from './after-write.ts';
import { parseStored, storedResource } from './current.ts';
import { prepare, type Prepared } from './prepare.ts';
import { loneHooks } from './write-alone.ts';
import { NeedsTransaction, type ResourceChange } from './write-hooks.ts';

/** What a statement did to one resource. */
export interface Write {
  readonly type: string;
  readonly id: string;
  readonly before: LockedRow | undefined;
  readonly after: StoredVersion | undefined;
  readonly prepared?: Prepared;
  /** Place of the Bundle's entry. */
  readonly entry?: number | undefined;
}

interface Followed {
  readonly changes: ResourceChange[];
  readonly sources: Map<ResourceChange, Prepared>;
}

/** What each transaction under way wrote of types that modules look at. One that is repeated has another connection object. */
const followed = new WeakMap<Queryable, Followed>();

/** Contexts whose one write was foreseen: nothing follows from it. */
const foreseenIn = new WeakSet<Ctx>();

const warnings = new WeakMap<Prepared, readonly Issue[]>();

/** Whether modules look at what is written of the type. */
export function isRuled({ hooks }: Engine, tenant: number, type: string): boolean {
  return hooks?.concerns(tenant, type) === true;
}

/** Whether a write of the type must share a transaction with something else. */
export function needsTransaction(engine: Engine, tenant: number, type: string): boolean {
  return hasConsequences(type) || isRuled(engine, tenant, type);
}

/**
 * To be asked before the statement of a single write: outside of transactions rules and projections have nothing to say
 * behind it.
 * @returns what the statement must make sure of
 * @throws NeedsTransaction when something would follow from it, or it is refused
 */
export async function foreseen(ctx: Ctx, write: Write): Promise<readonly KeptProjection[]> {
  const alone = loneHooks(ctx);
  if (alone === undefined) return [];
  const { issues, kept } = await alone.foresee(changeOf(write));
  if (write.prepared !== undefined && issues.length > 0) warnings.set(write.prepared, issues);
  foreseenIn.add(ctx);
  return kept;
}

/**
 * The version as modules' rules want it. What a writer may do was decided before, over what they sent: a rule is the
 * clinic's own, and what it adds or takes away is not theirs.
 * @param prepared what would be stored, with the elements that are hidden from the writer
 * @throws Fault a refusal; 422 when what the rules made of it is not valid
 */
export async function ruled(
  engine: Engine,
  ctx: Ctx,
  prepared: Prepared,
  before: LockedRow | undefined,
  entry?: number,
): Promise<Prepared> {
  const { hooks } = engine;
  const { type, id, resource } = prepared;
  if (hooks === undefined || !hooks.concerns(ctx.tenant, type)) return prepared;
  const change: ResourceChange = {
    type,
    id,
    interaction: before === undefined ? 'create' : 'update',
    before: before && storedResource(type, before),
    after: resource,
    entry,
  };
  const alone = loneHooks(ctx);
  const after = await (alone === undefined ? hooks.change(ctx, change) : alone.change(change));
  if (after === resource) return prepared;
  if (after.resourceType !== type || after.id !== id) throw new Error(`a rule made another resource of a ${type}`);
  return prepare(engine, ctx.tenant, after, id);
}

/**
 * References that rules added: the server makes them, so that the writer need not be able to read what they point to.
 * They are locked here, as {@link insertResources} locks the others.
 * @throws NeedsTransaction outside of one
 */
export async function addedTargets(
  engine: Engine,
  ctx: Ctx,
  pairs: readonly { readonly sent: Prepared; readonly prepared: Prepared }[],
): Promise<readonly string[]> {
  if (ctx.access.isUnrestricted || !engine.settings.referentialIntegrity) return [];
  const added = new Set<string>();
  for (const { sent, prepared } of pairs) {
    if (sent === prepared) continue;
    const own = new Set(sent.rows.localReferences.map(({ target }) => target));
    for (const { target } of prepared.rows.localReferences) {
      if (!own.has(target) && target !== prepared.ref) added.add(target);
    }
  }
  // Outside of a transaction a lock would be over before the statement.
  if (added.size > 0 && !ctx.inTransaction) throw new NeedsTransaction();
  return added.size === 0 ? [] : liveRefsLocked(ctx.db, ctx.tenant, [...added].sort());
}

/** To be called behind each statement that wrote resources: projections follow, and rules look at it before the commit. */
export async function followWrites(engine: Engine, ctx: Ctx, writes: readonly Write[]): Promise<void> {
  const { hooks } = engine;
  if (hooks === undefined || foreseenIn.has(ctx)) return;
  const changes: ResourceChange[] = [];
  const known = followed.get(ctx.db) ?? { changes: [], sources: new Map<ResourceChange, Prepared>() };
  for (const write of writes) {
    if (!hooks.concerns(ctx.tenant, write.type)) continue;
    const change = changeOf(write);
    changes.push(change);
    if (write.prepared !== undefined) known.sources.set(change, write.prepared);
  }
  if (changes.length === 0) return;
  // Without one its statements would be committed one by one.
  if (!ctx.inTransaction) throw new Error('a write that modules look at has no transaction');
  known.changes.push(...changes);
  followed.set(ctx.db, known);
  await hooks.written(ctx, changes);
}

/** To be called at the end of a transaction, before the commit. @throws Fault a refusal */
export async function checkWrites({ hooks }: Engine, ctx: Ctx): Promise<void> {
  const known = followed.get(ctx.db);
  if (hooks === undefined || known === undefined) return;
  for (const [change, issues] of await hooks.check(ctx, known.changes)) {
    const prepared = known.sources.get(change);
    if (prepared !== undefined) warnings.set(prepared, issues);
  }
}

/** What there is to say of a version that was written, though nothing was refused; whole once its transaction is committed. */
export function notesOf(prepared: Prepared): readonly Issue[] {
  return [...prepared.notes, ...(warnings.get(prepared) ?? [])];
}

function changeOf({ type, id, before, after, entry }: Write): ResourceChange {
  return {
    type,
    id,
    interaction: after === undefined ? 'delete' : before === undefined ? 'create' : 'update',
    before: before && storedResource(type, before),
    // As it will be read: what follows from a write is the same when it is made again from what is stored.
    after: after && parseStored(type, after),
    entry,
  };
}
