import { unrestricted } from '../access/access.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { inTransaction } from '../fhir/write/in-transaction.ts';
import { referrersOf } from '../fhir/write/referrers.ts';
import type { ClinicTransaction } from '../sdk/clinic.ts';
import type { AnyResource, TypeName } from '../sdk/resource.ts';
import { lockNumbers } from '../storage/lock.ts';
import { createClinic } from './clinic.ts';

/**
 * Runs work whose writes are committed together, in the context's transaction when it has one. May run again when the
 * database asks for it: it must have no effect but by the clinic it gets.
 */
export function inClinicTransaction<R>(
  engine: Engine,
  ctx: Ctx,
  work: (clinic: ClinicTransaction) => Promise<R>,
): Promise<R> {
  return inTransaction(engine, ctx, (inner) =>
    work({
      ...createClinic(engine, inner),
      lock: (...names) => lockNames(engine, inner, names),
      async projection(name) {
        if (engine.hooks === undefined) throw new Error('no modules are in force');
        return engine.hooks.projection(inner, name);
      },
      async referrers(type, id) {
        if (!inner.access.isUnrestricted) throw new Error('referrers are told in transactions of the server only');
        return referrers(engine, inner, type, id);
      },
    }),
  );
}

/** Waits until no other transaction of the tenant holds one of the names. */
export async function lockNames(engine: Engine, ctx: Ctx, names: readonly string[]): Promise<void> {
  const hasher = engine.hasher(ctx.tenant);
  await lockNumbers(
    ctx.db,
    names.map((name) => hasher.target(`lock ${name}`)),
  );
}

/** Live resources that refer to one; the caller sees to it that its actor may know of them. */
export async function referrers(engine: Engine, ctx: Ctx, type: TypeName, id: string): Promise<AnyResource[]> {
  const found = await referrersOf(engine, ctx, [`${type}/${id}`]);
  return found.map(({ resource }) => resource as unknown as AnyResource);
}

/** The same request with the server's own rights; its trail goes on. */
export function asServer(ctx: Ctx): Ctx {
  return { ...ctx, access: unrestricted(ctx.tenant) };
}
