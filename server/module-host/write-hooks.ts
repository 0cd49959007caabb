import type { Engine } from '../fhir/engine.ts';
import type { WriteHooks } from '../fhir/write/write-hooks.ts';
import { createLoneHooks } from './lone-hooks.ts';
import type { ModuleHost } from './operation-context.ts';
import type { Projections } from './projections.ts';
import { createRules, ruleContexts, type OwnedRule } from './rules.ts';

/** What enabled modules do to writes: their rules in load order, then their projections, then the rules' last look. */
export function createWriteHooks(
  engine: Engine,
  host: ModuleHost,
  owned: readonly OwnedRule[],
  projections: Pick<Projections, 'concerns' | 'written' | 'readKept' | 'foresee' | 'doubt'>,
): WriteHooks {
  const rules = createRules(host, owned);
  return {
    concerns: (tenant, type) => rules.concerns(tenant, type) || projections.concerns(tenant, type),
    isPure: (tenant, type) => rules.isPure(tenant, type) && !projections.concerns(tenant, type),
    change: (ctx, change) => rules.change(ctx.tenant, change, ruleContexts(engine, host, ctx)),
    written: (ctx, changes) => projections.written(ctx, changes),
    check: (ctx, changes) => rules.check(ctx.tenant, changes, ruleContexts(engine, host, ctx)),
    alone: (ctx) => createLoneHooks(engine, host, ctx, { rules, projections }),
    doubt: (tenant) => projections.doubt(tenant),
    projection: (ctx, name) => host.projection(ctx, name),
  };
}
