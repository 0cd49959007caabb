import type { Action } from '../../access/access.ts';
import { fault, type Fault } from '../../kernel/fault.ts';
import type { LockedRow } from '../../storage/lock.ts';
import type { Ctx, Engine } from '../engine.ts';
import { isReadableByContext } from '../binary/security-context.ts';
import { storedResource, storedRows } from './current.ts';
import { refuseForeignDefinition } from './live-type.ts';
import type { Prepared } from './prepare.ts';

/**
 * What a writer finds under an identity: undefined too when they may neither see it nor do this to it, so that whatever
 * follows is as if it did not exist.
 */
export async function foundBy<R extends LockedRow | undefined>(
  engine: Engine,
  ctx: Ctx,
  type: string,
  row: R,
  action: Action,
): Promise<R | undefined> {
  const { access } = ctx;
  if (row === undefined || access.allowed(type, 'read') === 'all') return row;
  const stored = storedResource(type, row);
  if (access.permits(stored, 'read', storedRows(engine, ctx.tenant, type, row))) return row;
  // With a securityContext, that alone decides whether somebody sees the Binary.
  const hasContext = type === 'Binary' && stored.securityContext !== undefined;
  const isFound = hasContext
    ? await isReadableByContext(engine, ctx, { type, ...row })
    : access.permits(stored, action);
  return isFound ? row : undefined;
}

/**
 * Whether an id that the client chose may become a resource: only of those who see every resource of the type, since
 * the answer tells the others whether there is one under it already.
 */
export function mayChooseId({ access }: Ctx, type: string): boolean {
  return access.allowed(type, 'read') === 'all';
}

/**
 * Tells those who may do none of this to any resource of the type, before anything is looked at.
 * @throws Fault 403
 */
export function assertSome({ access, tenant }: Ctx, type: string, ...actions: readonly Action[]): void {
  refuseForeignDefinition(tenant, type);
  if (access.isUnrestricted || actions.some((action) => access.allowed(type, action) !== 'none')) return;
  throw refused(`You may not ${actions.join(' or ')} any ${type}.`);
}

/** @throws Fault 403 when the resource may not be created */
export function assertCreatable(ctx: Ctx, { type, resource, rows }: Prepared): void {
  const { access } = ctx;
  if (access.isUnrestricted) return;
  if (!access.permits(resource, 'create', rows)) throw refused(`You may not create this ${type}.`);
  assertNoRefusal(access.refusal(undefined, resource, { after: rows }));
}

/** @throws Fault 403 when what is there may not be changed, whatever to */
export function assertChangeable(engine: Engine, ctx: Ctx, type: string, before: LockedRow): void {
  if (!permitsStored(engine, ctx, type, before, 'update')) throw refused(`You may not change this ${type}.`);
}

/**
 * Nobody makes a resource of theirs one that is not.
 * @throws Fault 403 when it may not become what is to be written
 */
export function assertChange(engine: Engine, ctx: Ctx, before: LockedRow, { type, resource, rows }: Prepared): void {
  const { access, tenant } = ctx;
  if (access.isUnrestricted) return;
  if (!access.permits(resource, 'update', rows)) throw refused(`You may not change this ${type} to what you sent.`);
  const both = { before: storedRows(engine, tenant, type, before), after: rows };
  assertNoRefusal(access.refusal(storedResource(type, before), resource, both));
}

/** @throws Fault 403 */
export function assertDeletable(engine: Engine, ctx: Ctx, type: string, before: LockedRow): void {
  if (!permitsStored(engine, ctx, type, before, 'delete')) throw refused(`You may not delete this ${type}.`);
}

function permitsStored(engine: Engine, ctx: Ctx, type: string, row: LockedRow, action: Action): boolean {
  const { access, tenant } = ctx;
  return (
    access.isUnrestricted || access.permits(storedResource(type, row), action, storedRows(engine, tenant, type, row))
  );
}

/** @throws Fault 403 */
function assertNoRefusal(reason: string | undefined): void {
  if (reason !== undefined) throw refused(reason);
}

function refused(text: string): Fault {
  return fault('access.writeRefused', 403, 'forbidden', text);
}
