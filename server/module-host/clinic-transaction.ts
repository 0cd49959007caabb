import { unrestricted } from '../access/access.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { inTransaction } from '../fhir/write/in-transaction.ts';
import type { ClinicTransaction } from '../sdk/clinic.ts';
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

/** The same request with the server's own rights; its trail goes on. */
export function asServer(ctx: Ctx): Ctx {
  return { ...ctx, access: unrestricted(ctx.tenant) };
}
