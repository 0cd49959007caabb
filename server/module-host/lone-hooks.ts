import type { Ctx, Engine } from '../fhir/engine.ts';
import { NeedsTransaction, type LoneHooks } from '../fhir/write/write-hooks.ts';
import type { KeptProjection } from '../storage/projection-state.ts';
import type { ModuleHost } from './operation-context.ts';
import type { Projections } from './projections.ts';
import { loneContexts, type Rules } from './rules.ts';

/**
 * Rules and projections of one write that may do without a transaction. Before it, rules may read projections that are known
 * to be in force: in a transaction they would see the same, as committed at that moment. Everything else that looks at the
 * clinic is for the transaction, in which what they see is what is written.
 */
export function createLoneHooks(
  engine: Engine,
  host: ModuleHost,
  ctx: Ctx,
  { rules, projections }: { readonly rules: Rules; readonly projections: Pick<Projections, 'readKept' | 'foresee'> },
): LoneHooks {
  const kept = new Map<string, KeptProjection>();
  let isOver = false;

  function leave(): never {
    isOver = true;
    throw new NeedsTransaction();
  }

  function keep(projection: KeptProjection): void {
    const known = kept.get(projection.name);
    if (known !== undefined && known.generation !== projection.generation) leave();
    kept.set(projection.name, projection);
  }

  /** A module may have caught what ends the attempt. */
  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      return isOver ? leave() : result;
    } catch (cause) {
      throw cause instanceof NeedsTransaction ? cause : new NeedsTransaction({ cause });
    }
  }

  const changing = loneContexts(engine, host, ctx, {
    leave,
    async projection(name) {
      const found = projections.readKept(ctx, name);
      if (found === undefined) return leave();
      keep(found.kept);
      return Promise.resolve(found.tables);
    },
  });
  const checking = loneContexts(engine, host, ctx, { leave, projection: leave });

  return {
    change: (change) => attempt(() => rules.change(ctx.tenant, change, changing)),
    foresee: (change) =>
      attempt(async () => {
        for (const each of await projections.foresee(ctx.tenant, change)) keep(each);
        const notes = await rules.check(ctx.tenant, [change], checking);
        return { issues: notes.get(change) ?? [], kept: [...kept.values()] };
      }),
  };
}
